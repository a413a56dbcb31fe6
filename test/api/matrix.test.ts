import type { SeededName } from "@dropclip/cli/demo";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, apiOf, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { badTokensOf, signerOf, tokensOf } from "./identities.ts";
import {
  type Answer,
  changes,
  expectProblem,
  MIB,
  type Operation,
  openapi,
  operations,
  published,
  records,
  settled,
  tiny,
  troubles,
} from "./support.ts";

/** Who of those who may call at all reaches the things below, and how a call that is good looks. */
interface Rule {
  /** The others get a 404, as for something that is not there, unless `refused` says otherwise. */
  allowed: SeededName[];
  refused?: [status: number, code: string];
  body?: () => object;
  query?: string;
  /** Variables that stand for another thing than usual. */
  at?: () => Record<string, string>;
}
const CREATIVES: SeededName[] = ["creative", "other-creative"];
const USERS: SeededName[] = ["fan", "other-fan", ...CREATIVES];
const FAN_AND_CREATIVE: SeededName[] = ["fan", "creative"];
const FLYER = { name: "flyer.png", bytes: 100 };

/** Every operation with an owner, or a user at all: one that is missing here fails the test. */
const RULES: Record<string, Rule> = {
  createEvent: { allowed: CREATIVES, body: () => ({ title: "One more" }) },
  updateEvent: { allowed: ["creative"], body: () => ({ venue: "Elsewhere" }) },
  deleteEvent: { allowed: ["creative"] },
  createUpload: {
    allowed: ["fan", "other-fan", "creative"],
    refused: [403, "access.not_your_event"],
    body: () => tiny,
  },
  listEventUploads: { allowed: ["creative"] },
  beginMultipart: { allowed: ["fan"], at: () => ({ uploadId: things.partsId, mediaId: "video" }) },
  signUpload: {
    allowed: ["fan"],
    body: () => ({ mediaId: "image1", operation: "PutObject" }),
    at: () => ({ uploadId: things.pendingId }),
  },
  getUpload: { allowed: FAN_AND_CREATIVE },
  deleteUpload: { allowed: FAN_AND_CREATIVE },
  getMe: { allowed: USERS },
  updateMe: { allowed: USERS, body: () => ({ displayName: "Somebody", public: true }) },
  listMyUploads: { allowed: USERS },
  createPicture: { allowed: USERS, body: () => FLYER },
  deletePicture: { allowed: USERS },
  deleteMe: { allowed: USERS, query: "?events=delete" },
  createFlyer: { allowed: ["creative"], body: () => FLYER },
  getFlyer: { allowed: ["creative"] },
  deleteFlyer: { allowed: ["creative"] },
  reportMedia: { allowed: USERS, body: () => ({ reason: "privacy", text: "That is me." }) },
  listReports: { allowed: ["creative"] },
  closeReport: { allowed: ["creative"] },
  updateMedia: { allowed: ["creative"], body: () => ({ hidden: true }), at: () => ({ mediaId: "image2" }) },
  listWaiting: { allowed: ["creative"] },
  publishWaiting: { allowed: ["creative"], body: () => ({ media: [{ uploadId: things.uploadId }] }) },
  refuseWaiting: { allowed: ["creative"], body: () => ({ media: [{ uploadId: things.uploadId }], text: "No." }) },
  previewMedia: { allowed: ["creative"], at: () => ({ mediaId: "image2" }) },
  getEventViews: { allowed: ["creative"] },
  listEventMediaViews: { allowed: ["creative"] },
  getMediaViews: { allowed: ["creative"] },
  getCollectionViews: { allowed: ["creative"] },
  listCollectionMediaViews: { allowed: ["creative"] },
  createCollection: { allowed: CREATIVES, body: () => ({ title: "Best of" }) },
  listCollections: { allowed: CREATIVES },
  updateCollection: { allowed: ["creative"], body: () => ({ title: "Very best of" }) },
  deleteCollection: { allowed: ["creative"] },
  addCollectionMedia: { allowed: ["creative"] },
  moveCollectionMedia: { allowed: ["creative"], body: () => ({ after: null }) },
  removeCollectionMedia: { allowed: ["creative"] },
};

/** What takes things away comes last, the innermost first. */
const LAST = ["closeReport", "removeCollectionMedia", "deleteCollection", "deleteUpload", "deleteEvent", "deleteMe"];
const inOrder = operations.toSorted((a, b) => LAST.indexOf(a.operationId) - LAST.indexOf(b.operationId));

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));

let cloud: TestCloud;
let things: Record<
  "eventId" | "uploadId" | "mediaId" | "collectionId" | "pendingId" | "partsId" | "reportId" | "userId",
  string
>;
const callers = new Map<string, Api>();
const bad = new Map<SeededName, Map<string, Api>>();

beforeAll(async () => {
  cloud = await testCloud();
  const creative = await cloud.as("creative");
  const { eventId } = (await creative("POST", "/events", { title: "The night" })).body;
  const { uploadId } = await published(cloud, { eventId, count: 3 });
  expect((await creative("PATCH", `/uploads/${uploadId}/media/image2`, { hidden: true })).status).toBe(200);
  await settled(uploadId, "image2", "hidden");
  const { collectionId } = (await creative("POST", "/collections", { title: "Best" })).body;
  expect((await creative("PUT", `/collections/${collectionId}/media/${uploadId}/image1`)).status).toBe(204);
  const pending = await cloud.call("POST", `/events/${eventId}/uploads`, tiny);
  const inParts = { files: [{ name: "film.mp4", bytes: 20 * MIB }] };
  const parts = await cloud.call("POST", `/events/${eventId}/uploads`, inParts);
  const otherFan = await cloud.as("other-fan");
  const report = await otherFan("POST", `/uploads/${uploadId}/media/image3/reports`, { reason: "spam" });
  things = {
    eventId,
    uploadId,
    mediaId: "image1",
    collectionId,
    reportId: report.body.reportId,
    userId: cloud.creativeId,
    pendingId: pending.body.uploadId,
    partsId: parts.body.uploadId,
  };

  callers.set("nobody", apiOf(cloud.api));
  for (const name of USERS) callers.set(name, await cloud.as(name));
  for (const name of FAN_AND_CREATIVE) {
    const { access, id } = await tokensOf(cloud, name);
    const tokens = Object.entries({ ...badTokensOf(cloud, access), "an id token": id });
    bad.set(name, new Map(tokens.map(([which, token]) => [which, apiOf(cloud.api, token)])));
  }
});
afterAll(() => cloud.dispose());

/** One call of the operation, and its answer held to what openapi.json says of it. */
async function ask(operation: Operation, call: Api, variables: Record<string, string>): Promise<Answer> {
  const { method, path, operationId, responses } = operation;
  const rule = RULES[operationId];
  const answer = await call(method, `${placeOf(path, variables)}${rule?.query ?? ""}`, rule?.body?.());
  const response = responses[answer.status];
  if (!response) throw new Error(`${operationId}: ${answer.status} ${JSON.stringify(answer.body)} is not described`);
  const gateway = answer.status === 401 && answer.body.code === undefined;
  const schema = response.content?.["application/json"].schema;
  if (gateway) expect(answer.body).toEqual({ message: "Unauthorized" });
  else if (!schema) expect(answer.body).toBeUndefined();
  else {
    const validate = validatorOf(schema);
    if (!validate(answer.body)) throw new Error(`${operationId}: ${ajv.errorsText(validate.errors)}`);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json\b/);
  }
  return answer;
}

const validators = new Map<object, ValidateFunction>();
function validatorOf(schema: object) {
  const known = validators.get(schema);
  const validate = known ?? ajv.compile({ ...closed(schema), components: closed(openapi.components) });
  validators.set(schema, validate);
  return validate;
}

/** The schema without room for what it does not name. */
function closed(schema: any): any {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
  const shut = typeof schema.properties === "object" && schema.additionalProperties === undefined;
  return shut ? { ...parts, additionalProperties: false } : parts;
}

const placeOf = (path: string, variables: Record<string, string>) =>
  path.replace(/\{(\w+)\}/g, (_, name) => variables[name]!);
const isGood = ({ status }: Answer) => status >= 200 && status < 300;
const groupOf = (name: SeededName) => (CREATIVES.includes(name) ? "creative" : "fan");
const variablesOf = ({ operationId }: Operation) => ({ ...things, ...RULES[operationId]?.at?.() });
const NOTHING = "01900000-0000-7000-8000-00000000dead";
/** The same for each variable of a path but the media's. */
const variables = (id: string) => ({
  ...things,
  eventId: id,
  uploadId: id,
  collectionId: id,
  reportId: id,
  userId: id,
});

describe("every operation of openapi.json", () => {
  it("is described, and those with a user have their rule here", () => {
    const withUser = operations.filter(({ access }) => access !== "public").map(({ operationId }) => operationId);
    expect(withUser.toSorted()).toEqual(Object.keys(RULES).toSorted());
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    expect(new Set(operations.map(({ access }) => access))).toEqual(new Set(["public", "user", "creative"]));
    for (const { access, security } of operations as any[])
      expect(security.length > 0, access).toBe(access !== "public");
  });

  it("is routed by the gateway, and nothing else is", () => {
    const routed = cloud.facts.apis[0]!.routes.map(({ routeKey }) => routeKey).toSorted();
    expect(routed).toEqual(operations.map(({ method, path }) => `${method} ${path}`).toSorted());
  });
});

describe.each(inOrder.filter(({ access }) => access === "public"))("$method $path ($operationId)", (operation) => {
  it("answers everybody, whatever token they send", async () => {
    const all = [...callers.values(), ...[...bad.values()].flatMap((calls) => [...calls.values()])];
    for (const call of all) expect((await ask(operation, call, things)).status).toBe(200);
  });

  if (operation.path.includes("{"))
    it("answers 404 for what is not there and 400 for what is no id", async () => {
      const nobody = callers.get("nobody")!;
      const somewhere = await ask(operation, nobody, variables(NOTHING));
      expectProblem(somewhere, 404, expect.stringMatching(/^(event|collection|media|profile)\.not_found$/) as never);
      expectProblem(await ask(operation, nobody, variables("x")), 400, "request.invalid");
    });
});

describe("the groups of a token", () => {
  const as = async (name: SeededName, claims: object) => {
    const { access } = await tokensOf(cloud, name);
    return apiOf(cloud.api, signerOf(cloud, access)(claims));
  };

  it("of a user who has none, or others, open nothing", async () => {
    for (const groups of [undefined, [], ["admin"], ["Fan"], ["fans", "creatives"], ["fan-creative"]]) {
      const call = await as("creative", { "cognito:groups": groups });
      for (const operation of operations.filter(({ access }) => access !== "public"))
        expectProblem(await ask(operation, call, variablesOf(operation)), 403, "access.group_missing");
    }
  });

  it("add up: a creative who is a fan too films at any event", async () => {
    const both = await as("other-creative", { "cognito:groups": ["creative", "fan"] });
    expect((await both("GET", "/me")).body.groups).toEqual(["creative", "fan"]);
    expect((await both("POST", `/events/${cloud.seeds.eventId}/uploads`, tiny)).status).toBe(201);
    expect((await both("POST", "/events", { title: "Theirs" })).status).toBe(201);
    expectProblem(await both("GET", `/events/${cloud.seeds.eventId}/uploads`), 404, "event.not_found");
  });

  it("are those of a user: a token without a good one is none", async () => {
    for (const sub of [undefined, "", "fan", "../../x", cloud.fanId.toUpperCase(), `${cloud.fanId}/..`]) {
      const call = await as("fan", { sub });
      expectProblem(await call("GET", "/me"), 401, "access.not_an_access_token");
    }
  });
});

describe.each(inOrder.filter(({ access }) => access !== "public"))("$method $path ($operationId)", (operation) => {
  const rule = RULES[operation.operationId]!;
  const { access } = operation;
  const wrongGroup = USERS.filter((name) => access === "creative" && groupOf(name) === "fan");
  const others = USERS.filter((name) => !rule.allowed.includes(name) && !wrongGroup.includes(name));
  const owner = rule.allowed[0] as "fan" | "creative";
  let before: string[];
  const unchanged = async () => expect(changes(before, await records(cloud))).toEqual([]);

  beforeAll(async () => {
    // What was deleted last is still being removed, which its record tells.
    await eventually(async () => {
      before = await records(cloud);
      const removing = before.filter((row) => row.includes('"status":{"S":"deleted"}') && row.includes('"openShard"'));
      for (const row of removing) expect(row).toContain("removedAt");
      const events = before.filter((row) => row.includes('"deletedAt"') && row.includes('"$event_1"'));
      for (const [, eventId = ""] of events.map((row) => /"eventId":\{"S":"([^"]+)"/.exec(row) ?? []))
        for (const row of before.filter((one) => one.includes(`"$uploads#eventid_${eventId}"`)))
          expect(row).toContain('"status":{"S":"deleted"}');
      // What other programs are told of is noted as told.
      for (const row of before) expect(row).not.toContain('"untold"');
      // A picture that was taken away is still being removed.
      for (const row of before.filter((one) => !one.includes('"deletedAt"')))
        expect(row).not.toContain('"state":{"S":"open"}');
      // Written last.
      for (const row of events) expect(row).toContain('"forgottenAt"');
    });
  });

  it("refuses nobody and every token that does not hold, with 401", async () => {
    const answers = new Map([["nobody", await ask(operation, callers.get("nobody")!, variablesOf(operation))]]);
    for (const [which, call] of bad.get(owner)!) answers.set(which, await ask(operation, call, variablesOf(operation)));
    for (const [which, answer] of answers) {
      expect([which, answer.status]).toEqual([which, 401]);
      if (which === "an id token") expectProblem(answer, 401, "access.not_an_access_token");
      else expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer\b/);
    }
    await unchanged();
  });

  if (wrongGroup.length > 0)
    it("refuses users of the wrong group with 403", async () => {
      for (const name of wrongGroup)
        expectProblem(await ask(operation, callers.get(name)!, variablesOf(operation)), 403, "access.group_missing");
      await unchanged();
    });

  if (others.length > 0)
    it("shows others nothing of it", async () => {
      for (const name of others) {
        const call = callers.get(name)!;
        const answer = await ask(operation, call, variablesOf(operation));
        const absent = variables(NOTHING);
        const missing = await ask(operation, call, { ...absent, mediaId: variablesOf(operation).mediaId! });
        if (rule.refused) {
          expectProblem(answer, ...rule.refused);
          expect(missing.status).toBe(404);
        } else {
          expect([name, answer.status]).toEqual([name, 404]);
          // Not a word differs from what is said of something that does not exist.
          expect({ ...answer.body, requestId: "" }).toEqual({ ...missing.body, requestId: "" });
        }
      }
      await unchanged();
    });

  if (operation.path.includes("{"))
    it("refuses its owner what is no id, with 400", async () => {
      const nonsense = { ...variables("x"), mediaId: variablesOf(operation).mediaId! };
      expectProblem(await ask(operation, callers.get(owner)!, nonsense), 400, "request.invalid");
      await unchanged();
    });

  if (operation.requestBody)
    it("refuses its owner a body that is none of its kind", async () => {
      const { method, path } = operation;
      const place = placeOf(path, variablesOf(operation));
      const token = (await tokensOf(cloud, owner)).access;
      for (const [type, text, status] of [
        ["application/json", "{", 400],
        ["application/json", "[]", 400],
        ["application/json", `{"title":${"1".repeat(300_000)}}`, 413],
        ["text/plain", "{}", 415],
        ["application/json; charset=utf-16", "{}", 415],
        ['application/json;charset="UTF-8"', "[]", 400],
      ] as const) {
        const headers = { authorization: `Bearer ${token}`, "content-type": type };
        const response = await fetch(`${cloud.api}${place}`, { method, headers, body: text });
        expect([text.slice(0, 9), response.status, ((await response.json()) as any).code]).toEqual([
          ...[text.slice(0, 9), status, expect.stringMatching(/^request\./)],
        ]);
      }
      await unchanged();
    });

  it("serves those who may", async () => {
    for (const name of rule.allowed) {
      const answer = await ask(operation, callers.get(name)!, variablesOf(operation));
      if (!isGood(answer)) throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  });
});

describe("a deleted account", () => {
  it("opens nothing by tokens that still hold, but that it can be deleted once more", async () => {
    // Reads may have been counted ahead, and then pass until the minute ends.
    for (const name of USERS)
      for (const operation of inOrder.filter(
        ({ access, method }) => method !== "GET" && (access === "user" || groupOf(name) === access),
      )) {
        const answer = await ask(operation, callers.get(name)!, variablesOf(operation));
        if (operation.operationId === "deleteMe") expect(answer.status).toBe(204);
        else expectProblem(answer, 401, "account.deleted");
      }
  });
});

describe("all of this", () => {
  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});
