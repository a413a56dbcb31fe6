import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ffprobe, generate, TestCloud, written } from "./cloud.ts";
import { bars, ok, runner } from "./job.ts";
import { box, captures, files, hls, mp4 } from "./settings.ts";

let cloud: TestCloud;
beforeAll(() => {
  cloud = new TestCloud();
});
afterAll(() => cloud.close());
const run = runner(() => cloud);

const POSITION = "N52.5200 E13.4050 a camera";
/** SEI messages of H.264 and H.265: user data by a UUID, and captions as television writes them. */
const unregistered = [5, Buffer.concat([Buffer.alloc(16, 7), Buffer.from(POSITION)])] as const;
const captions = [
  4,
  Buffer.concat([
    Buffer.from([0xb5, 0, 0x31]),
    Buffer.from("GA94"),
    Buffer.from([3, 0xc1, 0xff, 0xfc, 0x94, 0x2c, 0xff]),
  ]),
] as const;

const CODECS = {
  h264: { aud: [0, 0, 1, 9], header: [6], encoder: ["-c:v", "libx264", "-x264-params", "aud=1"] },
  hevc: {
    aud: [0, 0, 1, 0x46, 1],
    header: [0x4e, 1],
    encoder: ["-c:v", "libx265", "-x265-params", "aud=1:log-level=error"],
  },
};

/** A clip with both messages before every picture. */
function telling(codec: keyof typeof CODECS, ending: string): string {
  const { aud, header, encoder } = CODECS[codec];
  const stream = readFileSync(
    generate(`plain.${codec}`, ...bars("160x120", 1), ...encoder, "-bf", "0", "-pix_fmt", "yuv420p"),
  );
  const messages = [unregistered, captions].map(([type, payload]) =>
    Buffer.concat([Buffer.from([0, 0, 0, 1, ...header, type, payload.length]), payload, Buffer.from([0x80])]),
  );
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = stream.indexOf(Buffer.from(aud)); at >= 0; at = stream.indexOf(Buffer.from(aud), at + 1)) {
    // The delimiter has one byte of content.
    const end = at + aud.length + 1;
    parts.push(stream.subarray(from, end), ...messages);
    from = end;
  }
  const file = written(`telling.${codec}`, Buffer.concat([...parts, stream.subarray(from)]));
  const timed = generate(`timed-${codec}.mp4`, "-r", "10", "-i", file, "-c", "copy");
  return generate(`telling-${codec}.${ending}`, "-i", timed, "-c", "copy");
}

const messagesOf = (file: string) =>
  JSON.stringify(
    ffprobe(file, "-show_frames", "-select_streams", "v").frames.map((frame: any) => frame.side_data_list),
  );

it.each([
  ["h264", "mp4"],
  ["h264", "ts"],
  ["hevc", "mkv"],
] as const)("no captions and no message of the camera come out of %s in .%s", async (codec, ending) => {
  const clip = telling(codec, ending);
  expect(messagesOf(clip)).toContain("A53");
  expect(readFileSync(clip).toString("latin1")).toContain(POSITION);
  const { job, keys, path } = await run(clip, (at) => [
    files([mp4(box(640), [])], `${at}/video`),
    files([captures()], `${at}/shot`),
    hls([160], false, `${at}/hls/i`),
  ]);
  ok(job);
  for (const key of ["video.mp4", "hls/i.m3u8"]) expect(messagesOf(path(key))).not.toContain("A53");
  for (const key of keys) {
    const text = readFileSync(path(key)).toString("latin1");
    expect(text).not.toContain(POSITION);
    expect(text).not.toContain("GA94");
  }
});
