import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { assemble, type Cast } from "./cast.ts";
import { type Operation, operations, success } from "./contract.ts";
import { oddMethod, oddPair, oddSegment } from "./odd.ts";
import { remember } from "./remember.ts";
import { requests, type Sent, write } from "./requests.ts";
import { verdict } from "./verdict.ts";
import { type Answer, send } from "./wire.ts";

/** Requests to each operation: `FUZZ_RUNS=2000 npx vitest run test/fuzz.test.ts` looks longer. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);
/** The same requests each time; fast-check prints it, and the path to the request, when one fails. */
const seed = Number(process.env.FUZZ_SEED ?? 20_260_704);
/** A user has some hundred calls a minute, and a longer run has more minutes. */
const MEMBERS = Math.min(32, 3 + Math.ceil(RUNS / 15));
const TIMEOUT = 60_000 + RUNS * 500;

let cloud: TestCloud;
let cast: Cast;
const seen = new Map<string, Map<number, number>>();

beforeAll(async () => {
  cloud = await testCloud();
  cast = await assemble(cloud, MEMBERS);
}, 240_000);
afterAll(async () => {
  if (process.env.FUZZ_RUNS) console.log(table());
  await cloud.dispose();
});

const table = () =>
  [...seen]
    .map(
      ([id, statuses]) =>
        `${id}: ${[...statuses]
          .sort()
          .map(([s, n]) => `${s}×${n}`)
          .join(" ")}`,
    )
    .join("\n");

function count(id: string, status: number) {
  const statuses = seen.get(id) ?? new Map<number, number>();
  seen.set(id, statuses.set(status, (statuses.get(status) ?? 0) + 1));
}

/** What went wrong on our side while `run` ran. */
async function complaints(run: () => Promise<void>) {
  const before = cloud.logs.length;
  await run();
  return cloud.logs.slice(before).filter(({ level, service }) => level === "error" || service === "iam");
}

function told({ method, target, headers, body }: Sent, { status, text }: Answer): string {
  const { authorization: _, ...shown } = headers;
  const sent = `${method} ${target} ${JSON.stringify(shown)} ${body?.toString().slice(0, 2000) ?? ""}`;
  return `${sent}\n→ ${status} ${text.slice(0, 2000)}`;
}

const NO_EVENT = "0190a0a0-0000-7000-8000-000000000000";

const bare = (method: string, target: string): Sent => ({
  method,
  target,
  headers: {},
  plain: false,
  foreign: false,
  twists: [],
});

describe.each(operations)("$id", (operation: Operation) => {
  it(
    "answers whatever comes as the document says",
    async () => {
      const asked = requests(operation);
      const errors = await complaints(() =>
        fc.assert(
          fc.asyncProperty(asked, async (drawn) => {
            const sent = write(cast, operation, drawn);
            const answer = await send(cloud.api, sent);
            count(operation.id, answer.status);
            const problems = verdict(operation, sent, answer);
            if (problems.length > 0) throw new Error(`${problems.join("; ")}\n${told(sent, answer)}`);
            if (sent.plain && answer.status < 300) remember(cast, operation.id, sent, answer);
          }),
          { seed, numRuns: RUNS },
        ),
      );
      expect(errors).toEqual([]);
    },
    TIMEOUT,
  );

  it("was reached by some of it", () => {
    expect([...(seen.get(operation.id)?.keys() ?? [])].map(String)).toContain(success(operation));
  });
});

describe("what is no operation", () => {
  it(
    "is refused",
    async () => {
      const segments = fc.array(fc.oneof(oddSegment, fc.constantFrom("events", "me", "uploads", "")), { maxLength: 6 });
      const errors = await complaints(() =>
        fc.assert(
          fc.asyncProperty(oddMethod, segments, oddPair([]), async (method, path, pair) => {
            const sent = bare(method, `/${path.join("/")}?${pair}`);
            const answer = await send(cloud.api, sent);
            if (answer.status >= 500) throw new Error(told(sent, answer));
          }),
          { seed, numRuns: RUNS },
        ),
      );
      expect(errors).toEqual([]);
    },
    TIMEOUT,
  );
});

/** What these requests have found once is asked each time. */
describe("what was found", () => {
  const kept = (kind: string) => cast.things.find((thing) => thing.kind === kind && thing.kept)!;

  it("a body that a GET brings along is not looked at", async () => {
    const { status } = await send(cloud.api, { ...bare("GET", "/health"), body: Buffer.from("7") });
    expect(status).toBe(200);
  });

  it.each(["%23", "%23x", "%0a", "%09", "%20", "%5c"])("an id with %s behind it is none", async (more) => {
    const { id } = kept("eventId");
    for (const target of [`/events/${id}${more}`, `/events/${id}${more}/media`]) {
      const { status } = await send(cloud.api, bare("GET", target));
      expect([target, status]).toEqual([target, expect.toBeOneOf([400, 404])]);
    }
  });

  it("a cursor that no list gave harms nobody who asks next", async () => {
    for (let at = 0; at < 10; at++) {
      const refused = await send(cloud.api, bare("GET", `/events/${NO_EVENT}/media?cursor=AAAA`));
      expect(refused.status).toBe(400);
      expect((await send(cloud.api, bare("GET", "/events"))).status).toBe(200);
    }
  });

  it("a call for one media of a collection never reaches the collection itself", async () => {
    const { id, creativeId } = kept("collectionId");
    const { token } = cast.members.find(({ userId }) => userId === creativeId)!;
    const headers = { authorization: `Bearer ${token}` };
    const place = `/collections/${id}%23/media/${kept("uploadId").id}/image1`;
    const { status } = await send(cloud.api, { ...bare("DELETE", place), headers });
    expect(status).toBe(400);
    expect((await send(cloud.api, bare("GET", `/collections/${id}`))).status).toBe(200);
  });
});

describe("the cloud", () => {
  it("has nothing to complain of after all this", () => {
    expect(cloud.logs.filter(({ level, service }) => level === "error" || service === "iam")).toEqual([]);
  });
});
