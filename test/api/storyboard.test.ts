import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, apiOf, clip, type TestCloud, testCloud } from "../support/cloud.ts";
import { bodyOf, edge, folder, newEvent, published } from "./support.ts";

const SECONDS = 3;
let cloud: TestCloud;
let nobody: Api;
let creative: Api;
let eventId: string;

beforeAll(async () => {
  cloud = await testCloud();
  nobody = apiOf(cloud.api);
  creative = await cloud.as("creative");
  ({ eventId } = await newEvent(creative));
});
afterAll(() => cloud.dispose());

async function filmed(size: string) {
  const { uploadId } = await cloud.send([await clip(join(folder, `${size}.mp4`), { size, seconds: SECONDS })], {
    eventId,
  });
  return (await cloud.completed(uploadId)) as any;
}
const frameOf = ({ url }: any, number: number) => url.replace("{frame}", String(number).padStart(7, "0"));

describe("a published video's storyboard", () => {
  it.each(["320x180", "180x320"])("leads to every frame there is, and to no other (%s)", async (size) => {
    const { uploadId, media } = await filmed(size);
    const { storyboard } = media[0];
    const [width, height] = size.split("x").map(Number);
    expect(storyboard).toEqual({
      ...{ url: expect.stringMatching(/\/frames\/frame\.\{frame\}\.jpg$/), count: expect.any(Number) },
      ...{ intervalMs: 1000, width, height },
    });
    expect(storyboard.count).toBeGreaterThanOrEqual(SECONDS);
    expect(storyboard.count).toBeLessThanOrEqual(SECONDS + 1);
    for (let number = 0; number < storyboard.count; number++) {
      const response = await fetch(frameOf(storyboard, number));
      expect(response.status).toBe(200);
      const shown = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
      expect([shown.width, shown.height]).toEqual([width, height]);
    }
    expect(await edge(frameOf(storyboard, storyboard.count))).toBe(403);
    // The same in the gallery, from its links, and in a collection, from the records.
    const gallery = bodyOf(await nobody("GET", `/events/${eventId}/media?limit=100`)).media;
    expect(gallery.find((one: any) => one.uploadId === uploadId).storyboard).toEqual(storyboard);
    const { collectionId } = bodyOf(await creative("POST", "/collections", { title: "Best" }), 201);
    bodyOf(await creative("PUT", `/collections/${collectionId}/media/${uploadId}/video`), 204);
    const collected = bodyOf(await nobody("GET", `/collections/${collectionId}`)).media;
    expect(collected[0].storyboard).toEqual(storyboard);
  });

  it("is not there for photos, and for videos that were published before their frames were counted", async () => {
    const { media } = await published(cloud, { eventId });
    expect(media[0]).not.toHaveProperty("storyboard");
    const { MediaEntity } = await import("@dropclip/core/media.entity");
    const { uploadId } = await filmed("64x64");
    await MediaEntity.patch({ uploadId, mediaId: "video" }).remove(["storyboard"]).go();
    const older = bodyOf(await creative("GET", `/uploads/${uploadId}`)).media[0];
    expect(older.urls.stream).toBeDefined();
    expect(older).not.toHaveProperty("storyboard");
  });
});
