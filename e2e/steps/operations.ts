import { costOf, fetchAlarmsOf, readUpload } from "@dropclip/cli";
import { answered, check, Never } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";

const THERE = "The stage's alarms are there";

export const alarmsBefore: Step<Run>[] = [
  {
    name: THERE,
    async run(run) {
      const alarms = await alarmsOf(run);
      const silent = alarms.filter(({ description }) => !description?.includes("docs/runbook.md"));
      check(alarms.length >= 13, `there are ${alarms.length}`);
      check(silent.length === 0, `${silent.map(({ name }) => name)} say not what to do`);
      // Whatever rings already is not this run's doing.
      run.made.ringing = new Set(alarms.filter(isRinging).map(({ name }) => name));
    },
  },
];

export const counted: Step<Run>[] = [
  {
    name: "What was watched is counted",
    needs: ["The videos play as one file, from any place in it", "A creative reads how often their media were watched"],
    omit: ({ target }) => (target.secure ? "AWS delivers access logs within an hour: not waited for" : undefined),
    async run(run) {
      const { api } = run.made.users.creative;
      await until(run, "the plays are to be counted", async () => {
        const { plays, bytes } = answered(await api("GET", `/events/${run.made.eventId}/views`), 200);
        check(plays > 0 && bytes > 0, `${plays} plays, ${bytes} bytes`);
      });
    },
  },
];

export const cost: Step<Run>[] = [
  {
    name: "An operator reads what an upload cost",
    needs: ["All of it is complete"],
    async run({ target, made, signal }) {
      const stage = { stage: target.stage, config: target.dynamoDb };
      const { lines, total } = costOf((await readUpload({ signal }, stage, made.uploads.mixed)).media);
      const transcoded = lines.find(({ item }) => item.startsWith("MediaConvert"));
      check(transcoded !== undefined && total > 0, `${lines.length} items, ${total} dollars`);
    },
  },
];

export const alarmsAfter: Step<Run>[] = [
  {
    name: "No alarm rings that did not before",
    needs: [THERE],
    async run(run) {
      const begun = (await alarmsOf(run)).filter((alarm) => isRinging(alarm) && !run.made.ringing.has(alarm.name));
      if (begun.length > 0) throw new Never(begun.map(({ name, description }) => `${name}: ${description}`).join("\n"));
    },
  },
];

const alarmsOf = ({ target, signal }: Run) => fetchAlarmsOf(target.cloudWatch, target.stage, signal);
const isRinging = ({ state }: { state: string }) => state === "ALARM";
