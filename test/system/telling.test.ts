import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeRunFile } from "@dropclip/cli";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { system, uuidv7 } from "@dropclip/core/ids";
import { systemClock } from "@dropclip/local/clock";
import { Ajv2020 } from "ajv/dist/2020.js";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Recorder, User } from "../../packages/cli/test/support/cli.ts";
import { aws } from "../support/aws.ts";
import { ROOT, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

const MINUTE = 60_000;
const SOURCE = "dropclip.dev";
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154", "hex");

let cloud: TestCloud;
let core: {
  Upload: typeof import("@dropclip/core/upload").Upload;
  Media: typeof import("@dropclip/core/media").Media;
  Visibility: typeof import("@dropclip/core/visibility").Visibility;
  UploadEntity: typeof import("@dropclip/core/upload.entity").UploadEntity;
  Keys: typeof import("@dropclip/core/keys").Keys;
};
let sweep: typeof import("@dropclip/functions/sweep").sweep;
let files: string;
/** Everything that was told, as another program hears it: a rule of its own, and a queue. */
const told: any[] = [];

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), "dropclip-"));
  cloud = await testCloud({
    adjust: (facts) => {
      const [region, account] = [facts.region, facts.account];
      const arn = `arn:aws:sqs:${region}:${account}:listener`;
      const rule = `arn:aws:events:${region}:${account}:rule/listener`;
      const policy: any = {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: arn },
        ],
      };
      const queue = { ...facts.queues[0]!, name: "listener", arn, policy, visibilityTimeoutSeconds: 600 };
      const target = { id: "queue", arn, maximumEventAgeSeconds: 60, maximumRetryAttempts: 1 };
      const listener = { name: "listener", arn: rule, enabled: true, pattern: { source: [SOURCE] }, targets: [target] };
      return { ...facts, queues: [...facts.queues, queue], rules: [...facts.rules, listener] };
    },
  });
  process.env.INGEST_ARN = cloud.facts.stateMachines[0]!.arn;
  const [{ Upload }, { Media }, { Visibility }, { UploadEntity }, { Keys }] = await Promise.all([
    import("@dropclip/core/upload"),
    import("@dropclip/core/media"),
    import("@dropclip/core/visibility"),
    import("@dropclip/core/upload.entity"),
    import("@dropclip/core/keys"),
  ]);
  core = { Upload, Media, Visibility, UploadEntity, Keys };
  ({ sweep } = await import("@dropclip/functions/sweep"));
});
afterAll(async () => {
  await cloud.dispose();
  rmSync(files, { recursive: true, force: true });
});

async function listen() {
  const QueueUrl = cloud.facts.queues.at(-1)!.url.replace(/[^/]+$/, "listener");
  for (;;) {
    const { Messages = [] } = await aws(cloud).sqs("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
    if (Messages.length === 0) return told;
    told.push(...Messages.map(({ Body }: { Body: string }) => JSON.parse(Body)));
  }
}
/** What was told of an upload so far: type and id without the upload's own. */
const toldOf = async (uploadId: string) =>
  (await listen())
    .filter(({ detail }) => detail.uploadId === uploadId)
    .map((event) => `${event["detail-type"]} ${event.detail.id.slice(uploadId.length + 1)}`)
    .toSorted();
/** Waits until just that was told, at least once each: two that end at the same time may both tell of their upload. */
const heard = (uploadId: string, expected: string[]) =>
  eventually(async () => expect([...new Set(await toldOf(uploadId))]).toEqual(expected.toSorted()));

const rowOf = async (uploadId: string) => (await core.UploadEntity.get({ uploadId }).go({ consistent: true })).data!;
const isClosed = async (uploadId: string) => {
  const { openShard, untold = [] } = await rowOf(uploadId);
  return openShard === "closed" && untold.length === 0;
};

function file(name: string, bytes: Uint8Array) {
  writeFileSync(join(files, name), bytes);
  return join(files, name);
}
const photo = async (name: string) =>
  file(
    name,
    await sharp({ create: { width: 8, height: 6, channels: 3, background: "#123456" } })
      .png()
      .toBuffer(),
  );

/** An upload of one photo that was taken on half an hour ago by an execution that no one else tells about. */
async function taken(images = 1) {
  const ago = { now: () => Date.now() - 30 * MINUTE, id: () => uuidv7(Date.now()) };
  const asked = Array.from({ length: images }, (_, at) => ({ name: `${at}.png`, bytes: PNG.length }));
  const upload = await core.Upload.create({ eventId: DEMO_EVENT_ID, fanId: cloud.fanId, files: asked }, ago);
  const executionArn = `${cloud.facts.stateMachines[0]!.arn.replace(":stateMachine:", ":execution:")}:unknown`;
  const refs = upload.media.map(({ mediaId }) => ({ ...upload, mediaId }));
  for (const ref of refs) {
    const arrival = { key: core.Keys.staged(ref, "png"), bytes: PNG.length, etag: "e", sequencer: "0A", executionArn };
    expect((await core.Media.claim(arrival, async () => PNG, ago)).route).toBe("image");
  }
  return { uploadId: upload.uploadId, refs, executionArn };
}
const size = { width: 8, height: 6 };
/** Whether an event is one as the documents say. */
const validator = () =>
  new Ajv2020({ formats: { "date-time": true } }).compile(
    JSON.parse(readFileSync(join(ROOT, "docs/events.schema.json"), "utf8")),
  );

describe("other programs", () => {
  it("find what they are told in a schema that follows the code", () => {
    const { stdout } = spawnSync(process.execPath, [join(ROOT, "scripts/event-schemas.ts"), "--print"], {
      encoding: "utf8",
    });
    expect(stdout).toBe(readFileSync(join(ROOT, "docs/events.schema.json"), "utf8"));
  });

  it("are told what became of each file, and when nothing of the upload is awaited any more", async () => {
    const images = await Promise.all(["a.png", "b.png", "c.png", "d.png"].map(photo));
    const broken = file("broken.png", Buffer.concat([PNG, Buffer.alloc(64)]));
    const { uploadId, eventId } = await cloud.send([...images, broken]);
    const record = await cloud.ended(uploadId);
    expect(record.status).toBe("partial");
    const published = [1, 2, 3, 4].map((at) => `Media Published image${at}/complete`);
    await heard(uploadId, [...published, "Media Rejected image5/rejected", "Upload Completed partial"]);
    await eventually(async () => expect(await isClosed(uploadId)).toBe(true));

    const of = (type: string) => told.find((one) => one["detail-type"] === type && one.detail.uploadId === uploadId);
    const ids = { uploadId, eventId, fanId: cloud.fanId, creativeId: cloud.creativeId };
    const shown = of("Media Published").detail;
    const { urls } = record.media.find(({ mediaId }: any) => mediaId === shown.mediaId);
    expect(shown).toMatchObject({ ...ids, contentType: "image", ...size, urls });
    expect((await fetch(shown.urls.content)).status).toBe(200);
    expect(of("Media Rejected").detail).toMatchObject({ ...ids, reason: record.media[4].reason });
    expect(of("Upload Completed").detail).toMatchObject({ ...ids, contentType: "image", status: "partial" });
    expect(of("Upload Completed").source).toBe(SOURCE);

    const valid = validator();
    for (const event of told) expect([valid(event), valid.errors]).toEqual([true, null]);
    expect(valid({ ...of("Media Published"), detail: { ...shown, urls: undefined } })).toBe(false);
  });

  it("can be followed on the command line, as functions have told them and as they do", async () => {
    const operator = new User();
    writeRunFile({ ...cloud, directory: operator.dataDirectory });
    const ended = new AbortController();
    const [lines, documents] = [new Recorder(), new Recorder()];
    const follow = (stdout: Recorder, ...more: string[]) =>
      operator.run(["events", "follow", ...more], { stdout, clock: systemClock, signal: ended.signal });
    const [since, now] = [follow(lines, "--since", "1h"), follow(documents, "--json")];
    await eventually(async () => expect(lines.text).toMatch(/Media Rejected .*image5.rejected .* media\.\w+$/m));
    expect(documents.text).toBe("");
    const { uploadId } = await cloud.send([await photo("e.png")]);
    await eventually(async () => expect(lines.text).toContain(`${uploadId}/complete`));
    await eventually(async () => {
      const told = documents.text
        .trim()
        .split("\n")
        .map((text) => JSON.parse(text));
      expect(told.map(({ detail }) => detail.id).toSorted()).toEqual([
        `${uploadId}/complete`,
        `${uploadId}/image1/complete`,
      ]);
      expect(told.map(({ type }) => type).toSorted()).toEqual(["Media Published", "Upload Completed"]);
    });
    ended.abort(new Error("Ctrl-C"));
    await Promise.all([since, now]);
    operator.leave();
  });

  it("are told by the sweep what a process wrote that broke down before it told anybody", async () => {
    const { uploadId, refs, executionArn } = await taken(3);
    const [one, two, three] = refs as [any, any, any];
    await core.Media.publish(one, size);
    await core.Media.reject(two, { code: "media.broken", message: "It is broken." });
    await core.Media.fail(three, { error: "Broken", cause: "a secret of ours", executionArn });
    expect(await toldOf(uploadId)).toEqual([]);
    await sweep(system);
    await heard(uploadId, [
      ...["Media Published image1/complete", "Media Rejected image2/rejected", "Media Failed image3/failed"],
      "Upload Completed partial",
    ]);
    expect(JSON.stringify(told)).not.toContain("a secret of ours");
    // It stays open for the file that is tried again, and is told of no more.
    expect(await rowOf(uploadId)).not.toMatchObject({ openShard: "closed" });
    await core.Media.publish(three, size);
    await sweep(system);
    await eventually(async () => expect(await toldOf(uploadId)).toContain("Media Published image3/complete"));
    await eventually(async () => expect(await isClosed(uploadId)).toBe(true));
    await sweep(system);
    expect((await toldOf(uploadId)).filter((one) => one.startsWith("Upload Completed"))).toEqual([
      "Upload Completed partial",
    ]);
  });

  it("are told once more, by the same id, where the bus had it and the record did not", async () => {
    const { uploadId, refs } = await taken();
    await core.Media.publish(refs[0]!, size);
    const before = (await rowOf(uploadId)).untold!;
    await sweep(system);
    const once = ["Media Published image1/complete", "Upload Completed complete"];
    await heard(uploadId, once);
    const { eventId, createdAt } = await rowOf(uploadId);
    const undone = core.UploadEntity.patch({ uploadId }).add({ untold: before }).set({ openShard: "0" });
    await undone.composite({ eventId, createdAt }).go();
    await sweep(system);
    await eventually(async () => expect(await toldOf(uploadId)).toEqual([...once, ...once].toSorted()));
    expect(await isClosed(uploadId)).toBe(true);
  });

  it("are told later what the bus does not take now", async () => {
    const { uploadId, refs } = await taken();
    await core.Media.publish(refs[0]!, size);
    const source = process.env.TOLD_SOURCE;
    // Entries under AWS's own name fail one by one; the request succeeds.
    process.env.TOLD_SOURCE = "aws.dropclip";
    await sweep(system);
    process.env.TOLD_SOURCE = source;
    expect(await isClosed(uploadId)).toBe(false);
    expect(await toldOf(uploadId)).toEqual([]);
    await sweep(system);
    await heard(uploadId, ["Media Published image1/complete", "Upload Completed complete"]);
    expect(await isClosed(uploadId)).toBe(true);
  });

  it("are told of what its creative looks at first once they have decided", async () => {
    const creative = await cloud.as("creative");
    const { eventId } = (await creative("POST", "/events", { title: "Looked at", review: true })).body;
    const { uploadId } = await cloud.send([await photo("one.png"), await photo("two.png")], { eventId });
    await cloud.completed(uploadId);
    await heard(uploadId, ["Upload Completed complete"]);
    const { detail } = told.find((one) => one.detail.uploadId === uploadId);
    expect(detail.media.map((one: any) => one.waiting)).toEqual([true, true]);
    for (const [verb, mediaId] of Object.entries({ publish: "image1", refuse: "image2" })) {
      const { status } = await creative("POST", `/events/${eventId}/review/${verb}`, {
        media: [{ uploadId, mediaId }],
      });
      expect(status).toBe(200);
    }
    await heard(uploadId, [
      ...["Upload Completed complete", "Media Published image1/complete"],
      ...["Media Rejected image2/rejected", "Upload Completed partial"],
    ]);
    const valid = validator();
    for (const event of told) expect([valid(event), valid.errors]).toEqual([true, null]);
  });

  it("are told nothing of what is hidden or deleted before, and nothing twice of what is shown again", async () => {
    const [hidden, deleted] = [await taken(), await taken()];
    for (const { refs } of [hidden, deleted]) await core.Media.publish(refs[0]!, size);
    const { creativeId } = cloud;
    const set = (to: boolean) =>
      core.Visibility.set({ uploadId: hidden.uploadId, mediaId: "image1", creativeId, hidden: to });
    await set(true);
    await core.Upload.remove({ uploadId: deleted.uploadId });
    await sweep(system);
    await heard(hidden.uploadId, ["Upload Completed complete"]);
    await set(false);
    await core.Visibility.settled(hidden.refs[0]!, "showing");
    await sweep(system);
    expect(await isClosed(hidden.uploadId)).toBe(true);
    expect(await toldOf(hidden.uploadId)).toEqual(["Upload Completed complete"]);
    expect(await toldOf(deleted.uploadId)).toEqual([]);
  });

  it("are told of what waits for the performer once it is published or refused", async () => {
    const { Review } = await import("@dropclip/core/review");
    const { uploadId, refs } = await taken(2);
    for (const ref of refs) await core.Media.publish({ ...ref, held: true }, size);
    await sweep(system);
    await heard(uploadId, ["Upload Completed complete"]);
    const of = (mediaId: string) => ({
      eventId: DEMO_EVENT_ID,
      creativeId: cloud.creativeId,
      media: [{ uploadId, mediaId }],
    });
    await Review.publish(of("image1"));
    expect(await core.Visibility.settled(refs[0]!, "showing")).toBe("done");
    await Review.refuse({ ...of("image2"), text: "Too dark." });
    await sweep(system);
    await heard(uploadId, [
      ...["Media Published image1/complete", "Media Rejected image2/rejected"],
      ...["Upload Completed complete", "Upload Completed partial"],
    ]);
    const rejected = told.find(({ detail }) => detail.id === `${uploadId}/image2/rejected`);
    expect(rejected.detail.reason.message).toContain("Too dark.");
  });
});
