import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SeededName } from "@dropclip/cli/demo";
import { systemClock } from "@dropclip/local/clock";
import sharp from "sharp";
import { expect } from "vitest";
import { aws } from "../support/aws.ts";
import { type Api, ROOT, type TestCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

export type Answer = Awaited<ReturnType<Api>>;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const MIB = 1024 ** 2;
export const UPLOADS = "dropclip-uploads-dev";
export const CONTENT = "dropclip-content-dev";
export const IMAGES = "dropclip-images-dev";

/** One operation of openapi.json. */
export interface Operation {
  method: string;
  path: string;
  operationId: string;
  access: "public" | "user" | "creative";
  responses: Record<string, { content?: { "application/json": { schema: object } } }>;
  requestBody?: unknown;
}
export const openapi = JSON.parse(readFileSync(join(ROOT, "openapi.json"), "utf8"));
export const operations: Operation[] = Object.entries<any>(openapi.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods).map(([method, operation]) => ({
    ...{ ...operation, method: method.toUpperCase(), path, access: operation["x-access"] },
  })),
);

/** A clock that runs as usual, some time ahead. */
export const shiftedClock = () => {
  const clock = { ...systemClock, aheadMs: 0, now: () => Date.now() + clock.aheadMs };
  return clock;
};

/** Where time and ids come from in the domain, some time ahead. */
export const later = (aheadMs: number) => ({ now: () => Date.now() + aheadMs, id: () => randomUUID() });

/** An error in the one shape, and no other. */
export function expectProblem({ status, body }: Answer, wanted: number, code: string) {
  expect({ status, code: body?.code }).toEqual({ status: wanted, code });
  expect(body).toEqual({
    code,
    message: expect.any(String),
    details: expect.any(Object),
    requestId: expect.any(String),
  });
  expect(body.requestId).not.toBe("");
}

/** The answer's body, of exactly this status. */
export function bodyOf({ status, body }: Answer, wanted = 200) {
  expect({ status, ...(status === wanted ? {} : { body }) }).toEqual({ status: wanted });
  return body;
}

/** For files; gone when the tests of a file are over. */
export const folder = mkdtempSync(join(tmpdir(), "dropclip-api-"));
// With the process, not with a test file: files that run in the same process share this module.
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** A small picture that no other call makes. */
export function picture(format: "png" | "jpeg" | "webp" = "png"): Promise<Buffer> {
  const [r, g] = [++made % 256, Math.floor(made / 256)];
  return sharp({ create: { width: 16, height: 12, channels: 3, background: { r, g, b: 99 } } })
    .toFormat(format)
    .toBuffer();
}

/** The same as a file. */
export async function photo(name = `photo-${made}.png`) {
  const file = join(mkdtempSync(join(folder, "photo-")), name);
  writeFileSync(file, await picture());
  return file;
}

export const tiny = { files: [{ name: "photo.png", bytes: 100 }] };

/** A new event, as the creative makes it. */
export const newEvent = async (creative: Api, more: object = {}) =>
  bodyOf(await creative("POST", "/events", { title: "A night", ...more }), 201);

/**
 * An upload of so many published pictures, or ones that wait where the event asks for review, made by the domain and
 * put where the pipeline puts them; the record. That the pipeline does so too is another test's: it takes its time.
 */
export async function published(
  cloud: TestCloud,
  {
    eventId = cloud.seeds.eventId,
    fan = "fan",
    by,
    count = 1,
  }: { eventId?: string; fan?: SeededName; by?: string; count?: number } = {},
) {
  const [{ Upload }, { Media }, { Keys }, { Telling }] = await Promise.all([
    import("@dropclip/core/upload"),
    import("@dropclip/core/media"),
    import("@dropclip/core/keys"),
    import("@dropclip/core/telling"),
  ]);
  const fanId = by ?? cloud.seeds.users[fan].userId;
  const file = await picture("jpeg");
  const files = Array.from({ length: count }, () => ({ name: "photo.jpg", bytes: file.length }));
  const upload = await Upload.create({ eventId, fanId, files });
  for (const { mediaId } of upload.media) {
    const key = Keys.staged({ eventId, fanId, uploadId: upload.uploadId, mediaId }, "jpg");
    const arrival = { bytes: file.length, etag: "e", sequencer: "1", executionArn: "arn:none" };
    const { media: claimed } = await Media.claim({ ...arrival, key }, async () => file);
    const ref = claimed!;
    for (const key of [Keys.image(ref), Keys.imageThumbnail(ref)])
      expect(
        (await aws(cloud).s3("PUT", `/${IMAGES}/${key}`, { "content-type": "image/jpeg" }, "picture")).status,
      ).toBe(200);
    await Media.publish(ref, { width: 16, height: 12 });
  }
  // Else the sweep would, whenever it comes.
  const due = await Telling.due(upload.uploadId);
  await Telling.told(
    due,
    due.news.map(({ key }) => key),
  );
  return Upload.get({ uploadId: upload.uploadId, userId: fanId });
}

/** Everything of a list, read in pages of `limit`; no page is larger, and none comes twice. */
export async function pages(call: Api, path: string, name: string, limit: number): Promise<any[]> {
  const all: any[] = [];
  const cursors = new Set<string>();
  const join = path.includes("?") ? "&" : "?";
  for (let cursor = ""; ; ) {
    const page = bodyOf(await call("GET", `${path}${join}limit=${limit}${cursor && `&cursor=${cursor}`}`));
    expect(page[name].length).toBeLessThanOrEqual(limit);
    all.push(...page[name]);
    if (page.cursor === undefined) return all;
    expect(cursors).not.toContain(page.cursor);
    cursors.add(page.cursor);
    cursor = page.cursor;
  }
}

/** The cursor with one character of its middle changed. */
export const tampered = (cursor: string) => {
  const at = cursor.length >> 1;
  return cursor.slice(0, at) + (cursor[at] === "A" ? "B" : "A") + cursor.slice(at + 1);
};

/** The keys in a bucket, in their order. */
export async function keysIn(cloud: TestCloud, bucket: string, prefix = "") {
  const { text } = await aws(cloud).s3("GET", `/${bucket}?list-type=2&prefix=${encodeURIComponent(prefix)}`);
  return [...text.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key!);
}

/** The multipart upload that sends a file, as the API has begun it. */
export const beginParts = async (
  call: Api,
  uploadId: string,
  mediaId = "video",
): Promise<{ s3UploadId: string; key: string }> =>
  bodyOf(await call("POST", `/uploads/${uploadId}/media/${mediaId}/multipart`), 201);

/** How many multipart uploads are under way. */
export const multiparts = async (cloud: TestCloud) =>
  (await aws(cloud).s3("GET", `/${UPLOADS}?uploads`)).text.match(/<UploadId>/g)?.length ?? 0;

/**
 * Every row of every table, but the counts of calls: as text, so that two readings compare. When a row was written last
 * says nothing of what it says.
 */
export async function records(cloud: TestCloud) {
  const scans = cloud.facts.tables.map(({ name }) => aws(cloud).dynamodb("Scan", { TableName: name }));
  const rows: any[] = (await Promise.all(scans)).flatMap(({ Items }) => Items);
  return rows.filter((row) => !PASSING.has(row.__edb_e__?.S)).map(({ updatedAt: _, ...row }) => canonical(row));
}

/** Rows that come and go by themselves: counts of calls, and who is telling the edge what. */
const PASSING = new Set(["rate", "invalidation", "invalidator"]);

/** JSON with the members of every object in their order. */
const canonical = (value: unknown) =>
  JSON.stringify(value, (_, part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** What differs between two readings of the records. */
export const changes = (before: string[], after: string[]) => [
  ...before.filter((row) => !after.includes(row)).map((row) => `- ${row}`),
  ...after.filter((row) => !before.includes(row)).map((row) => `+ ${row}`),
];

/** Gives every user a fresh minute: how calls are counted is another test's. */
export async function forgetCalls() {
  const { RateEntity } = await import("@dropclip/core/rate.entity");
  const { data } = await RateEntity.scan.go({ pages: "all" });
  await RateEntity.delete(data).go();
}

/** What the edge answers. */
export const edge = async (url: string) => {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
};

/** Waits until S3 and the edge have followed what was said of the media. */
export async function settled(uploadId: string, mediaId: string, state: "public" | "hidden" | "refused") {
  const { Visibility } = await import("@dropclip/core/visibility");
  const ref = { eventId: "", fanId: "", uploadId, mediaId };
  await eventually(async () => expect(await Visibility.get(ref)).toBe(state));
}

/**
 * Waits until the edge has been told all that it is to forget, and lets the time pass that it takes for it; so long it
 * keeps a refusal, too.
 */
export async function edgeFollowed(clock: { aheadMs: number }) {
  const { Invalidation } = await import("@dropclip/core/invalidation");
  await eventually(async () => expect(await Invalidation.due()).toEqual([]));
  clock.aheadMs += 11_000;
}

/** The execution that took in an upload; undefined while there is none. */
export async function executionOf(cloud: TestCloud, uploadId: string) {
  const { executions } = await aws(cloud).states("ListExecutions", {
    stateMachineArn: cloud.facts.stateMachines[0]!.arn,
  });
  for (const { executionArn } of executions) {
    const described = await aws(cloud).states("DescribeExecution", { executionArn });
    if (described.input.includes(uploadId)) return described;
  }
  return undefined;
}

/** What functions logged as an error, and what they and the state machine were refused: nothing, whatever users try. */
export const troubles = (cloud: TestCloud) =>
  cloud.logs
    .filter(
      ({ service, level, principal }) =>
        (service === "lambda" && level === "error") || (service === "iam" && !SIGNING.test(String(principal))),
    )
    .map(({ message }) => message);

/** The edge, whom hidden things are kept from, nobody at all, and those who hold signed URLs. */
const SIGNING =
  /^(cloudfront\.amazonaws\.com$|anonymous$|\*$|arn:aws:sts::\d+:assumed-role\/dropclip-(fan|creative|profile|download)-dev\/)/;
