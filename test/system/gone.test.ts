import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await testCloud({
    // Nothing begins by itself.
    adjust: (facts) => ({ ...facts, rules: facts.rules.filter(({ name }) => !name.includes("object-created")) }),
  });
});
afterAll(() => cloud.dispose());

const invoke = (name: string, payload: unknown) => aws(cloud).invoke(`dropclip-${name}-dev`, payload);

/** A file in the bucket that nobody has claimed. */
async function sent(name: string, body: Buffer) {
  const files = [{ name, bytes: body.length }];
  const { uploadId } = (await cloud.call("POST", `/events/${DEMO_EVENT_ID}/uploads`, { files })).body;
  const { mediaId } = (await cloud.call("GET", `/uploads/${uploadId}`)).body.media[0];
  const put = (await cloud.call("POST", `/uploads/${uploadId}/sign`, { mediaId, operation: "PutObject" })).body;
  const { method, url, headers, key } = put.requests[0];
  expect((await fetch(url, { method, headers, body: new Uint8Array(body) })).status).toBe(200);
  return { uploadId, key };
}

/** A file that was claimed and then lost from the bucket, with or without its upload. */
async function claimed(name: string, body: Buffer, { deleted }: { deleted: boolean }) {
  const { uploadId, key } = await sent(name, body);
  const arrival = { key, bytes: body.length, etag: "e", sequencer: "01", executionArn: "arn:one" };
  const { route, media } = await invoke("claim-upload", arrival);
  await aws(cloud).s3("DELETE", `/dropclip-uploads-dev/${key}`);
  if (deleted) expect((await cloud.call("DELETE", `/uploads/${uploadId}`)).status).toBe(204);
  return { route, media, arrival };
}

const png = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154", "hex");
const mp4 = Buffer.concat([Buffer.from("000000186674797069736f6d", "hex"), Buffer.alloc(64)]);

describe("a file that goes between two steps", () => {
  it("ends a photo's execution quietly when its upload was deleted", async () => {
    const { route, media } = await claimed("photo.png", png, { deleted: true });
    expect(route).toBe("image");
    expect(await invoke("publish-image", { media })).toEqual({ route: "gone" });
  });
  it("ends a clip's execution quietly when its upload was deleted, before or after the probe", async () => {
    const { route, media } = await claimed("clip.mp4", mp4, { deleted: true });
    expect(route).toBe("video");
    const probe = { Container: { Format: "mp4", Duration: 1, Tracks: [] } };
    expect(await invoke("plan-transcode", { media, probe: null, gone: true })).toEqual({ route: "gone" });
    expect(await invoke("plan-transcode", { media, probe, gone: false })).toEqual({ route: "gone" });
  });
  it("is our failure when nobody deleted it", async () => {
    const photo = await claimed("photo.png", png, { deleted: false });
    await expect(invoke("publish-image", { media: photo.media })).rejects.toThrow(
      /is gone, although its upload was not deleted/,
    );
    const clip = await claimed("clip.mp4", mp4, { deleted: false });
    const planned = invoke("plan-transcode", { media: clip.media, probe: null, gone: true });
    await expect(planned).rejects.toThrow(/is gone, although its upload was not deleted/);
  });
  it("is nothing to claim when it went before", async () => {
    const { arrival } = await claimed("photo.png", png, { deleted: true });
    const again = { ...arrival, executionArn: "arn:two" };
    expect(await invoke("claim-upload", again)).toMatchObject({ route: "already handled" });
    const { key } = await sent("photo.png", png);
    await aws(cloud).s3("DELETE", `/dropclip-uploads-dev/${key}`);
    expect(await invoke("claim-upload", { ...again, key })).toMatchObject({ route: "already handled" });
  });
});
