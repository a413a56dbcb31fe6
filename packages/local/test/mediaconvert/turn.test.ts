import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rotationOf } from "../../src/mediaconvert/ffmpeg/rotation.ts";
import { ffprobe, generate, TestCloud, written } from "./cloud.ts";
import { FAST, ok, probing, runner, silent } from "./job.ts";
import { pictures } from "./media.ts";

let cloud: TestCloud;
beforeAll(() => {
  cloud = new TestCloud();
});
afterAll(() => cloud.close());
const run = runner(() => cloud);
const probe = probing(() => cloud);

type Matrix = [a: number, b: number, c: number, d: number];

/** A clip dark above and on the right, whose first track has this matrix; the pixels stay. */
function shaped(name: string, matrix: Matrix, options: string[] = FAST): string {
  const quarters = "color=white:s=160x120:r=10:d=0.2,drawbox=0:0:160:60:gray:fill,drawbox=80:0:80:60:black:fill";
  const bytes = readFileSync(generate(`stored-${name}`, "-f", "lavfi", "-i", quarters, ...options));
  const at = bytes.indexOf("tkhd") + 4 + 40;
  for (const [index, value] of matrix.entries())
    bytes.writeInt32BE(Math.round(value * 65_536), at + [0, 4, 12, 16][index]!);
  return written(name, bytes);
}

/** The corners of the first picture: upper left, upper right, lower left, lower right. */
const corners = (file: string) =>
  pictures(file, 2, 2)[0]!
    .map((grey) => "bgw"[Math.round(grey / 128)])
    .join("");
const sine = Math.sin(Math.PI / 4);

describe("Rotate AUTO", () => {
  it.each<[string, string, Matrix, number | undefined, string]>([
    ["nothing", "mp4", [1, 0, 0, 1], undefined, "gbww"],
    ["90 degrees", "mp4", [0, 1, -1, 0], 90, "wgwb"],
    ["180 degrees", "mov", [-1, 0, 0, -1], 180, "wwbg"],
    ["270 degrees", "mp4", [0, -1, 1, 0], 270, "bwgw"],
    ["nearly 90 degrees", "mp4", [0.01, 1, -1, 0.01], 90, "wgwb"],
    ["a mirror, left to right", "mp4", [-1, 0, 0, 1], undefined, "gbww"],
    ["a mirror, upside down", "mov", [1, 0, 0, -1], undefined, "gbww"],
    ["a mirror along one diagonal", "mp4", [0, 1, 1, 0], undefined, "gbww"],
    ["a mirror along the other", "mov", [0, -1, -1, 0], undefined, "gbww"],
    ["45 degrees", "mp4", [sine, sine, -sine, sine], undefined, "gbww"],
    ["a shear", "mp4", [0, 1, -0.5, 0], undefined, "gbww"],
  ])("does with %s in .%s what Probe says", async (what, ending, matrix, rotation, shown) => {
    const clip = shaped(`${what.replace(/\W/g, "")}.${ending}`, matrix);
    const { Container } = await probe(clip);
    expect(Container!.Tracks![0]!.VideoProperties!.Rotation).toBe(rotation);
    const { job, path } = await run(clip, silent());
    ok(job);
    const [stream] = ffprobe(path("video.mp4")).streams;
    expect([stream.width, stream.side_data_list]).toEqual([rotation && rotation % 180 ? 120 : 160, undefined]);
    expect(corners(path("video.mp4"))).toBe(shown);
  });

  it.each([
    ["4:4:4", ["-c:v", "libx264", "-pix_fmt", "yuv444p"]],
    ["interlaced video", [...FAST, "-flags", "+ildct+ilme", "-x264-params", "tff=1"]],
  ])("leaves %s as it is stored", async (what, options) => {
    const clip = shaped(`turned-${what.replace(/\W/g, "")}.mp4`, [0, 1, -1, 0], options);
    const { job, path } = await run(clip, silent());
    ok(job);
    expect(ffprobe(path("video.mp4")).streams[0]).toMatchObject({ width: 160, height: 120 });
  });
});

describe("a display matrix", () => {
  const text = (a: number, b: number, c: number, d: number) =>
    `\n00000000: ${a * 65_536} ${b * 65_536} 0\n00000001: ${c * 65_536} ${d * 65_536} 0\n00000002: 0 0 1073741824\n`;
  it.each([
    [undefined, 0],
    ["", 0],
    ["nonsense", 0],
    [text(1, 0, 0, 1), 0],
    [text(0, 1, -1, 0), 90],
    [text(0, 2, -2, 0), 0],
    [text(0, 0, 0, 0), 0],
  ])("%j turns by %d", (matrix, degrees) => expect(rotationOf(matrix)).toBe(degrees));
});
