import { join } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type Api, apiOf, clip, type TestCloud, testCloud } from "../support/cloud.ts";
import {
  bodyOf,
  CONTENT,
  edge,
  edgeFollowed,
  expectProblem,
  folder,
  forgetCalls,
  IMAGES,
  keysIn,
  newEvent,
  pages,
  photo,
  published,
  settled,
  shiftedClock,
  tampered,
  tiny,
  troubles,
} from "./support.ts";

const clock = shiftedClock();
let cloud: TestCloud;
let nobody: Api;
let creative: Api;
let eventId: string;
let filmed: any;

beforeAll(async () => {
  cloud = await testCloud({ clock });
  nobody = apiOf(cloud.api);
  creative = await cloud.as("creative");
  ({ eventId } = await newEvent(creative));
  const film = await clip(join(folder, "clip.mp4"), { size: "320x180", seconds: 1 });
  const { uploadId } = await cloud.send([film, await photo("still.png")], { eventId });
  filmed = await cloud.completed(uploadId);
}, 120_000);
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

const hide = (uploadId: string, mediaId: string, hidden = true, call = creative) =>
  call("PATCH", `/uploads/${uploadId}/media/${mediaId}`, { hidden });
const gallery = async (event = eventId, query = "") =>
  bodyOf(await nobody("GET", `/events/${event}/media?limit=100${query}`)).media;
const nameOf = ({ uploadId, mediaId }: any) => `${uploadId}/${mediaId}`;
const preview = (uploadId: string, mediaId: string, call = creative) =>
  call("GET", `/uploads/${uploadId}/media/${mediaId}/preview`);

/** Where the edge serves everything of a media: its URLs, and what they lead to. */
async function urlsOf(uploadId: string, mediaId: string) {
  const bucket = mediaId === "video" ? CONTENT : IMAGES;
  const prefix = `events/${eventId}/uploads/${cloud.fanId}/${uploadId}/${mediaId === "video" ? "" : "images/"}`;
  return (await keysIn(cloud, bucket, prefix)).map((key) => `${cloud.cdn}/${key}`);
}
const statuses = async (urls: string[]) => [...new Set(await Promise.all(urls.map(edge)))];

describe("GET /events/{eventId}/media", () => {
  it("tells all there is to know of published media, newest first, and nothing else", async () => {
    bodyOf(await cloud.call("POST", `/events/${eventId}/uploads`, tiny), 201);
    const media = await gallery();
    expect(media.map(nameOf).toSorted()).toEqual([`${filmed.uploadId}/image1`, `${filmed.uploadId}/video`]);
    expect(media.map((one: any) => one.publishedAt)).toEqual(
      media
        .map((one: any) => one.publishedAt)
        .toSorted()
        .toReversed(),
    );
    const of = (mediaId: string) => filmed.media.find((one: any) => one.mediaId === mediaId);
    const identity = { eventId, uploadId: filmed.uploadId, fanId: cloud.fanId };
    expect(media.find((one: any) => one.mediaId === "video")).toEqual({
      ...{ ...identity, mediaId: "video", contentType: "video", width: 320, height: 180 },
      ...{ durationMs: of("video").durationMs, publishedAt: expect.any(String), urls: of("video").urls },
      storyboard: of("video").storyboard,
    });
    expect(of("video").storyboard).toBeDefined();
    expect(media.find((one: any) => one.mediaId === "image1")).toEqual({
      ...{ ...identity, mediaId: "image1", contentType: "image", width: 16, height: 12 },
      ...{ publishedAt: expect.any(String), urls: of("image1").urls },
    });
  });

  it("tells one content type where one is asked for, by the parameter's name of before too", async () => {
    for (const name of ["contentType", "type"]) {
      expect((await gallery(eventId, `&${name}=video`)).map(nameOf)).toEqual([`${filmed.uploadId}/video`]);
      expect((await gallery(eventId, `&${name}=image`)).map(nameOf)).toEqual([`${filmed.uploadId}/image1`]);
      for (const type of ["audio", "", "Video"])
        expectProblem(await nobody("GET", `/events/${eventId}/media?${name}=${type}`), 400, "request.invalid");
    }
    expect((await gallery(eventId, "&type=image&contentType=video")).map(nameOf)).toEqual([`${filmed.uploadId}/video`]);
  });

  it.each([1, 2, 3, 4, 5, 6, 100])("is in pages of %i", async (limit) => {
    const { LinkEntity } = await import("@dropclip/core/link.entity");
    const { uuidv7 } = await import("@dropclip/core/ids");
    const made = await newEvent(creative);
    const base = { eventId: made.eventId, fanId: cloud.fanId, width: 1, height: 1 };
    // Two of the same moment, of one upload and of two.
    const rows = [0, 1, 1, 2, 3].map((minute, index) => ({
      ...{
        ...base,
        uploadId: index === 1 ? filmed.uploadId : uuidv7(index),
        mediaId: index === 3 ? "video" : "image1",
      },
      contentType: index === 3 ? ("video" as const) : ("image" as const),
      publishedAt: new Date(Date.UTC(2030, 0, 1, 0, minute)).toISOString(),
    }));
    await LinkEntity.put(rows).go();
    const place = `/events/${made.eventId}/media`;
    const all = await pages(nobody, place, "media", limit);
    expect(all.map(({ publishedAt }) => publishedAt)).toEqual(rows.map((row) => row.publishedAt).toReversed());
    expect(all.map(nameOf).toSorted()).toEqual(rows.map(nameOf).toSorted());
    expect((await pages(nobody, `${place}?contentType=image`, "media", limit)).map(nameOf)).toEqual(
      all.filter((one) => one.contentType === "image").map(nameOf),
    );
  });

  it("takes a cursor only where it came from", async () => {
    const place = `/events/${eventId}/media`;
    const { cursor } = bodyOf(await nobody("GET", `${place}?limit=1`));
    for (const other of [
      `${place}?contentType=video&cursor=${cursor}`,
      `/events/${DEMO_EVENT_ID}/media?cursor=${cursor}`,
      `${place}?cursor=${tampered(cursor)}`,
      `/events?cursor=${cursor}`,
    ])
      expectProblem(await nobody("GET", other), 400, "request.invalid_cursor");
    expect(bodyOf(await nobody("GET", `${place}?cursor=${cursor}`)).media).toHaveLength(1);
  });
});

describe("PATCH /uploads/{uploadId}/media/{mediaId}", () => {
  it.each(["image1", "video"])("hides %s from gallery, record and edge, and shows all of it again", async (mediaId) => {
    const { uploadId } = filmed;
    const plain = await urlsOf(uploadId, mediaId);
    // Other spellings of the same address are no other way in.
    const urls = [
      ...plain,
      ...plain.map((url) => url.replace("/events/", "/%65vents/")),
      ...plain.map((url) => `${url}?x`),
    ];
    expect(plain.length).toBeGreaterThan(mediaId === "video" ? 5 : 1);
    if (mediaId === "video") expect(urls.some((url) => url.includes("/hls/") && !url.endsWith(".m3u8"))).toBe(true);
    // Kept at the edge from now on.
    expect(await statuses(urls)).toEqual([200]);
    const before = await gallery();

    const record = bodyOf(await hide(uploadId, mediaId));
    expect(record.media.find((one: any) => one.mediaId === mediaId)).toMatchObject({
      hidden: true,
      status: "complete",
    });
    expect((await gallery()).map(nameOf)).not.toContain(`${uploadId}/${mediaId}`);
    await settled(uploadId, mediaId, "hidden");
    await edgeFollowed(clock);
    expect(await statuses(urls)).toEqual([403]);
    expect(await edge(`${urls[0]}?again`)).toBe(403);
    for (const call of [cloud.call, creative]) {
      const { media } = bodyOf(await call("GET", `/uploads/${uploadId}`));
      const hidden = media.find((one: any) => one.mediaId === mediaId);
      expect([hidden.hidden, hidden.urls, hidden.storyboard]).toEqual([true, undefined, undefined]);
    }
    // The other one is served as ever.
    const others = await urlsOf(uploadId, mediaId === "video" ? "image1" : "video");
    expect(await statuses(others)).toEqual([200]);

    bodyOf(await hide(uploadId, mediaId, false));
    await settled(uploadId, mediaId, "public");
    await edgeFollowed(clock);
    expect(await statuses(urls)).toEqual([200]);
    expect(await gallery()).toEqual(before);
    const { media } = bodyOf(await cloud.call("GET", `/uploads/${uploadId}`));
    const shown = media.find((one: any) => one.mediaId === mediaId);
    expect([shown.hidden, shown.urls]).toEqual([
      undefined,
      filmed.media.find((one: any) => one.mediaId === mediaId).urls,
    ]);
    expect(shown.timeline.map(({ step }: any) => step).slice(-2)).toEqual(["hidden", "shown"]);
  });

  it("says nothing new when it is said again", async () => {
    const { uploadId } = filmed;
    const first = bodyOf(await hide(uploadId, "image1", false));
    const second = bodyOf(await hide(uploadId, "image1", false));
    expect(second.media.map(({ timeline }: any) => timeline)).toEqual(first.media.map(({ timeline }: any) => timeline));
    expect(first.media.find((one: any) => one.mediaId === "image1").hidden).toBeUndefined();
    for (let time = 0; time < 2; time++) bodyOf(await hide(uploadId, "image1"));
    await settled(uploadId, "image1", "hidden");
    for (let time = 0; time < 2; time++) bodyOf(await hide(uploadId, "image1", false));
    await settled(uploadId, "image1", "public");
    expect((await gallery()).map(nameOf).filter((name: string) => name === `${uploadId}/image1`)).toHaveLength(1);
  });

  it.each([true, false])("ends as was said last, after much to and fro (hidden: %s)", async (last) => {
    const { uploadId } = filmed;
    const urls = await urlsOf(uploadId, "video");
    for (let turn = 0; turn < 7; turn++) bodyOf(await hide(uploadId, "video", turn % 2 === 0));
    bodyOf(await hide(uploadId, "video", last));
    await settled(uploadId, "video", last ? "hidden" : "public");
    await edgeFollowed(clock);
    expect(await statuses(urls)).toEqual([last ? 403 : 200]);
    expect((await gallery()).map(nameOf).includes(`${uploadId}/video`)).toBe(!last);
  });

  it("is no matter of the file's fan, and takes a truth value only", async () => {
    const { uploadId } = filmed;
    expectProblem(await hide(uploadId, "image1", true, cloud.call), 403, "access.group_missing");
    expectProblem(await hide(uploadId, "image9"), 404, "media.not_found");
    expectProblem(await hide(uploadId, "frames"), 404, "media.not_found");
    for (const body of [{ hidden: "true" }, { hidden: 1 }, { hidden: null }, {}])
      expectProblem(await creative("PATCH", `/uploads/${uploadId}/media/image1`, body), 400, "request.invalid");
    const pending = bodyOf(await cloud.call("POST", `/events/${eventId}/uploads`, tiny), 201);
    const answer = await hide(pending.uploadId, "image1");
    expectProblem(answer, 409, "media.not_complete");
    expect(answer.body.details).toEqual({ status: "pending" });
  });

  it("is settled by the sweep when the event bus lost it", async () => {
    const { Visibility } = await import("@dropclip/core/visibility");
    const { uploadId, creativeId } = await published(cloud, { eventId });
    const urls = await urlsOf(uploadId, "image1");
    // The domain alone: nobody is told.
    expect(await Visibility.set({ uploadId, mediaId: "image1", creativeId, hidden: true })).toBe(true);
    expect(await statuses(urls)).toEqual([200]);
    process.env.INGEST_ARN = cloud.facts.stateMachines[0]!.arn;
    const { sweep } = await import("@dropclip/functions/sweep");
    const { later, MINUTE } = await import("./support.ts");
    expect((await sweep(later(16 * MINUTE))).settlements).toBe(1);
    await settled(uploadId, "image1", "hidden");
    await edgeFollowed(clock);
    expect(await statuses(urls)).toEqual([403]);
    expect((await sweep(later(16 * MINUTE))).settlements).toBe(0);
  });
});

describe("GET /uploads/{uploadId}/media/{mediaId}/preview", () => {
  it("shows the creative what is hidden, by URLs that nobody can stretch", async () => {
    const { uploadId } = filmed;
    for (const mediaId of ["video", "image1"]) {
      bodyOf(await hide(uploadId, mediaId));
      await settled(uploadId, mediaId, "hidden");
      const { urls, expiresAt } = bodyOf(await preview(uploadId, mediaId));
      expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
      for (const url of Object.values<string>(urls)) {
        const response = await fetch(url);
        expect(response.status).toBe(200);
        expect(response.headers.get("content-type")).toMatch(/^(video|image)\//);
        await response.arrayBuffer();
        for (const method of ["PUT", "DELETE", "HEAD", "POST"])
          expect((await fetch(url, { method, ...(method === "PUT" ? { body: "x" } : {}) })).status, method).toBe(403);
        expect(await edge(url.replace(/(video\.mp4|image1\.jpg|thumbnail\.\w+)\?/, "index.m3u8?"))).toBe(403);
        expect(await edge(url.split("?")[0]!)).toBe(403);
      }
      bodyOf(await hide(uploadId, mediaId, false));
      await settled(uploadId, mediaId, "public");
    }
  });

  it("is for the event's creative, and for what is complete", async () => {
    const { uploadId } = filmed;
    expectProblem(await preview(uploadId, "video", await cloud.as("other-creative")), 404, "upload.not_found");
    expectProblem(await preview(uploadId, "video", cloud.call), 403, "access.group_missing");
    expectProblem(await preview(uploadId, "image2"), 404, "media.not_found");
    const pending = bodyOf(await cloud.call("POST", `/events/${eventId}/uploads`, tiny), 201);
    expectProblem(await preview(pending.uploadId, "image1"), 409, "media.not_complete");
  });
});

describe("the edge", () => {
  it("serves nothing by other ways than GET, HEAD and OPTIONS, and no list", async () => {
    const [url] = await urlsOf(filmed.uploadId, "image1");
    for (const method of ["PUT", "POST", "DELETE", "PATCH"]) expect((await fetch(url!, { method })).status).toBe(403);
    for (const path of ["", "/", "/events/", `/events/${eventId}/`, "/?list-type=2&prefix=events/"])
      expect(await edge(`${cloud.cdn}${path}`)).toBe(403);
    const direct = await fetch(url!.replace(cloud.cdn, `${cloud.endpoints.s3}/${IMAGES}`));
    expect(direct.status).toBe(403);
  });
});

describe("all of this", () => {
  it("left no execution failed and no function refused", async () => {
    expect(troubles(cloud)).toEqual([]);
    const { executions } = await aws(cloud).states("ListExecutions", {
      stateMachineArn: cloud.facts.stateMachines[0]!.arn,
    });
    expect(new Set(executions.map((one: any) => one.status))).toEqual(new Set(["SUCCEEDED"]));
  });
});
