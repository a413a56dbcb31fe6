import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grantsOf } from "../support/access.ts";
import { aws } from "../support/aws.ts";
import { ROOT, type TestCloud, testCloud } from "../support/cloud.ts";
import { frame, quarters, seen } from "../support/mirrored.ts";
import { behindTheEdge } from "../support/shown.ts";

const Bucket = "dropclip-content-dev";
const folder = mkdtempSync(join(tmpdir(), "dropclip-mirror-"));
let cloud: TestCloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await testCloud();
  const { region, credentials, endpoints } = cloud;
  s3 = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
});
afterAll(async () => {
  await cloud.dispose();
  rmSync(folder, { recursive: true });
});

async function publish(file: string) {
  const { uploadId } = await cloud.send([file]);
  const record = await cloud.ended(uploadId);
  expect(record).toMatchObject({ status: "complete" });
  return record.media[0];
}
async function fetched(url: string) {
  const answer = await fetch(url);
  expect(behindTheEdge(answer), url).toEqual([]);
  return Buffer.from(await answer.arrayBuffer());
}
const folderOf = (media: any) => new URL(media.urls.content).pathname.slice(1).replace(/video\.mp4$/, "");

/** One rendition of the stream as a player puts it together: its header, then its segments. */
async function rendition(playlist: string): Promise<string> {
  const text = (await fetched(playlist)).toString();
  const names = [/#EXT-X-MAP:URI="([^"]+)"/.exec(text)![1]!, ...text.split("\n").filter((line) => /^[^#]/.test(line))];
  const parts = await Promise.all(names.map((name) => fetched(new URL(name, playlist).href)));
  const file = join(folder, `${crypto.randomUUID()}.mp4`);
  writeFileSync(file, Buffer.concat(parts));
  return file;
}
async function renditions(stream: string): Promise<string[]> {
  const lines = (await fetched(stream)).toString().split("\n");
  const playlists = lines.filter((_, index) => lines[index - 1]?.startsWith("#EXT-X-STREAM-INF"));
  return Promise.all(playlists.map((name) => rendition(new URL(name, stream).href)));
}
const framesOf = async (media: any) => {
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${folderOf(media)}frames/` }));
  return listed.Contents!.map(({ Key }) => Key!);
};
const objectOf = async (Key: string) =>
  Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToByteArray());

const used = (action: string, path: string) =>
  grantsOf(cloud.access())
    .filter((grant) => grant.role.includes("-publish-dev") && grant.action === action && grant.resource.endsWith(path))
    .map((grant) => grant.used);

describe("a clip whose header does not mirror", () => {
  it.each([
    ["as it is stored", [1, 0, 0, 1], "RGBY", [320, 180]],
    ["turned by 90 degrees", [0, 1, -1, 0], "BRYG", [180, 320]],
    ["mirrored and sheared, which nobody can follow", [-1, 0.5, 0, 1], "RGBY", [320, 180]],
  ] as const)("is left as MediaConvert made it: %s", async (name, matrix, wanted, size) => {
    const media = await publish(await quarters(join(folder, `${name}.mp4`), matrix));
    expect([media.width, media.height]).toEqual(size);
    const picture = await frame(media.urls.content);
    expect(await seen(picture)).toEqual({ size, quarters: wanted });
    expect(picture.equals(await frame(media.urls.content, { follow: false }))).toBe(true);
    expect((await seen(await fetched(media.urls.thumbnail))).quarters).toBe(wanted);
    // Nothing was written once more, neither what is served nor what waits for its creative.
    expect(used("s3:PutObject", "/hls/*")).toEqual([0, 0]);
    expect(used("s3:PutObject", "/frames/*")).toEqual([0, 0]);
  });
});

describe("a clip whose header mirrors it", () => {
  const CASES = [
    ["left to right", [-1, 0, 0, 1], "GRYB", [320, 180]],
    ["along its diagonal", [0, 1, 1, 0], "RBGY", [180, 320]],
    ["top to bottom", [1, 0, 0, -1], "BYRG", [320, 180]],
    ["along its other diagonal", [0, -1, -1, 0], "YGBR", [180, 320]],
  ] as const;

  it.each(CASES)("is shown so by film, stream, thumbnail and frames: %s", async (name, matrix, wanted, size) => {
    const file = await quarters(join(folder, `${name}.mp4`), matrix);
    // What is wanted is what a player shows of the source.
    expect(await seen(await frame(file))).toEqual({ size, quarters: wanted });
    const media = await publish(file);
    expect([media.width, media.height]).toEqual(size);
    expect(await seen(await frame(media.urls.content))).toEqual({ size, quarters: wanted });
    // A player that does not follow the header shows it upright all the same.
    const [upperLeft, upperRight, lowerLeft, lowerRight] = wanted;
    const upright = [upperRight, upperLeft, lowerRight, lowerLeft].join("");
    expect(await seen(await frame(media.urls.content, { follow: false }))).toEqual({ size, quarters: upright });
    const streams = await renditions(media.urls.stream);
    expect(streams.length).toBeGreaterThan(0);
    for (const one of streams) expect((await seen(await frame(one))).quarters).toBe(wanted);
    expect((await seen(await fetched(media.urls.thumbnail))).quarters).toBe(wanted);
    const frames = await framesOf(media);
    expect(frames.length).toBeGreaterThan(0);
    for (const key of frames) expect((await seen(await objectOf(key))).quarters).toBe(wanted);
    // Whoever knows a frame's name is not told that it was mirrored.
    await fetched(new URL(`/${frames[0]}`, media.urls.content).href);
  });

  describe("and is published again", () => {
    let media: any;
    let input: any;
    const state = async () => {
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: folderOf(media) }));
      return Contents!
        .filter(({ Key }) => !Key!.endsWith("thumbnail.jpg"))
        .map(({ Key, ETag, LastModified }) => [Key, ETag, LastModified]);
    };

    beforeAll(async () => {
      media = await publish(await quarters(join(folder, "again.mp4"), CASES[0][1]));
      const calls = aws(cloud);
      const stateMachineArn = cloud.facts.stateMachines[0]!.arn;
      const { executions } = await calls.states("ListExecutions", { stateMachineArn });
      // The newest is listed first.
      const { executionArn } = executions[0];
      const { events } = await calls.states("GetExecutionHistory", { executionArn, maxResults: 1000 });
      const scheduled = events.map((event: any) => event.taskScheduledEventDetails?.parameters ?? "");
      input = JSON.parse(scheduled.find((parameters: string) => parameters.includes('"planned"')));
    });

    it("is not mirrored twice, nor written once more", async () => {
      const before = await state();
      await aws(cloud).invoke(input.FunctionName, input.Payload);
      expect(await state()).toEqual(before);
      expect((await seen(await fetched(media.urls.thumbnail))).quarters).toBe("GRYB");
    });
  });

  const fault = join(ROOT, "../shared/media/faults/08-matrix-hflip.mp4");
  if (!existsSync(fault)) console.warn(`skipped: ${fault} is not there, a mirrored clip of a real kind is not checked`);
  it.runIf(existsSync(fault))("comes out mirrored left to right: a file that was sent", async () => {
    const media = await publish(fault);
    const { width, height } = media;
    const pixels = (picture: Buffer, flop: boolean) =>
      sharp(picture).resize(width, height).flop(flop).removeAlpha().raw().toBuffer();
    const [stored, mirrored] = await Promise.all(
      [false, true].map(async (flop) => pixels(await frame(fault, { follow: false }), flop)),
    );
    /** How far apart two pictures are, per pixel and colour. */
    const apart = (one: Buffer, other: Buffer) =>
      one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) / other.length;
    for (const picture of [await frame(media.urls.content), await fetched(media.urls.thumbnail)]) {
      const shown = await pixels(picture, false);
      expect(apart(shown, mirrored!)).toBeLessThan(apart(shown, stored!) / 4);
    }
  });
});
