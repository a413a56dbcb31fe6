import { seededUser } from "@dropclip/cli/demo";
import { config } from "@dropclip/core/config";
import { Database } from "@dropclip/core/database";
import { forget } from "@dropclip/functions/clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, peopleOf } from "../api/people.ts";
import { pictureOwner, post } from "../api/picture-owner.ts";
import {
  bodyOf,
  CONTENT,
  changes,
  forgetCalls,
  IMAGES,
  keysIn,
  later,
  MINUTE,
  newEvent,
  picture,
  published,
  records,
  tiny,
  UPLOADS,
} from "../api/support.ts";
import { apiOf, type TestCloud, testCloud } from "../support/cloud.ts";
import { type Cut, cuttable } from "../support/cut.ts";
import { eventually } from "../support/eventually.ts";

/** Background that is left out: here it is done by hand, with a clock of its own, and cut off in between. */
const LEFT_OUT = ["settlement-due", "picture-arrived", "every-hour"];

/** Cut after each so manieth call: `CUT_EVERY=1 npx vitest run test/leaving.test.ts` leaves none out. */
const EVERY = Number(process.env.CUT_EVERY ?? 31);

let cloud: TestCloud;
let cut: Cut;
let people: ReturnType<typeof peopleOf>;
let core: Awaited<ReturnType<typeof load>>;

async function load() {
  const [account, adoption, upload, settleUpload, settleEvent, settleAccount, sweep] = await Promise.all([
    import("@dropclip/core/account"),
    import("@dropclip/core/adoption"),
    import("@dropclip/core/upload"),
    import("@dropclip/functions/settle-upload"),
    import("@dropclip/functions/settle-event"),
    import("@dropclip/functions/settle-account"),
    import("@dropclip/functions/sweep"),
  ]);
  return { ...account, ...adoption, ...upload, ...settleUpload, ...settleEvent, ...settleAccount, ...sweep };
}

beforeAll(async () => {
  cloud = await testCloud({
    adjust: (facts) => ({
      ...facts,
      rules: facts.rules.filter(({ name }) => !LEFT_OUT.some((one) => name.includes(one))),
    }),
  });
  people = peopleOf(cloud);
  cut = await cuttable(cloud.endpoints.dynamodb);
  process.env.AWS_ENDPOINT_URL = cut.url;
  process.env.INGEST_ARN = cloud.facts.stateMachines[0]!.arn;
  Database.connect({ client: Database.clientOf(), tables: config.tables });
  forget();
  core = await load();
});
afterAll(async () => {
  cut.close();
  await cloud.dispose();
});

/** A user who films and runs events, with one of everything. */
async function somebody(email: string) {
  const person = await people.signUp(email, "fan", "creative");
  // Signed in for each: all cuts take longer than a token lives.
  const creative = (await people.signIn(seededUser("creative")!.email)).api;
  const { eventId: elsewhere } = await newEvent(creative);
  const filmed = await published(cloud, { eventId: elsewhere, by: person.userId });
  bodyOf(await person.api("POST", `/events/${elsewhere}/uploads`, tiny, { "idempotency-key": "one" }), 201);
  const others = await published(cloud, { eventId: elsewhere, fan: "other-fan" });
  const { eventId } = await newEvent(person.api);
  const sent = await published(cloud, { eventId, fan: "other-fan" });
  const { collectionId } = bodyOf(await person.api("POST", "/collections", { title: "Best" }), 201);
  bodyOf(await person.api("PUT", `/collections/${collectionId}/media/${sent.uploadId}/image1`), 204);
  const { collectionId: ofOther } = bodyOf(await creative("POST", "/collections", { title: "Best" }), 201);
  bodyOf(await creative("PUT", `/collections/${ofOther}/media/${filmed.uploadId}/image1`), 204);
  const art = await pictureOwner(cloud, "profile", person.api, person.userId);
  const file = await picture();
  const form = await art.offered(file);
  expect(await post(form, file)).toBe(204);
  await core.Adoption.adopt(form.fields.key!, { sequencer: "1", bytes: file.length }, async () => file);
  return { person, eventId, others, ofOther };
}

/** What is left of them and does not expire: rows, objects, and the user. */
async function left({ userId }: Person, eventId: string) {
  const rows = (await records(cloud)).filter((row) => row.includes(userId) && !row.includes('"expires":{"N"'));
  const keys = await Promise.all([UPLOADS, CONTENT, IMAGES].map((bucket) => keysIn(cloud, bucket)));
  const objects = keys.flat().filter((key) => key.includes(userId) || key.includes(eventId));
  return [...rows, ...objects, ...((await people.knows({ userId })) ? ["the user"] : [])];
}

/** One round of the sweep, and of all that it asks for. */
async function sweepAt(minutes: number) {
  const source = later(minutes * MINUTE);
  cut.told();
  await core.sweep(source);
  for (const one of cut.told()) {
    if (one.uploadId) await core.settleUpload(one, source);
    else if (one.eventId) await core.settleEvent(one.eventId, source);
    else if (one.userId) await core.settleAccount(one.userId, source);
  }
}

describe("an account whose deletion is cut off", () => {
  it("after any call of AWS is whole as it was, or goes whole in the end", async () => {
    const seen = { untouched: 0, begun: 0 };
    for (let calls = 0; ; calls += EVERY) {
      await forgetCalls();
      const { person, eventId, others, ofOther } = await somebody(`cut${calls}@example.com`);
      const { userId } = person;
      const before = await records(cloud);
      const whole = await cut.after(calls, async () => {
        await core.Account.remove({ userId, events: "delete", groups: ["creative"] });
        await core.settleAccount(userId);
      });
      if (!(await core.Account.deleted(userId))) {
        expect(changes(before, await records(cloud))).toEqual([]);
        expect(await people.knows(person)).toBe(true);
        bodyOf(await person.api("GET", "/me"));
        seen.untouched++;
        continue;
      }
      seen.begun++;
      for (const minutes of [16, 32, 48, 64]) if ((await left(person, eventId)).length > 0) await sweepAt(minutes);
      // The edge alone is told in the background.
      await eventually(async () => expect({ calls, left: await left(person, eventId) }).toEqual({ calls, left: [] }));
      expect((await core.Account.deleted(userId))!.state).toBe("closed");
      expect((await core.Upload.readForChange(others.uploadId)).upload.status).toBe("complete");
      expect(bodyOf(await apiOf(cloud.api)("GET", `/collections/${ofOther}`)).size).toBe(0);
      if (whole) break;
    }
    expect(seen.untouched).toBeGreaterThan(0);
    expect(seen.begun).toBeGreaterThan(50 / EVERY);
  });
});
