import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frameRate } from "../src/film/frame-rate.ts";
import { Front } from "../src/film/front.ts";
import { Playlist } from "../src/film/playlist.ts";
import { remux } from "../src/film/remux.ts";
import { Rendition } from "../src/film/rendition.ts";

const folder = mkdtempSync(join(tmpdir(), "dropclip-film-"));
afterAll(() => rmSync(folder, { recursive: true }));
const ffmpeg = (...args: string[]) => execFileSync("ffmpeg", ["-v", "error", "-y", ...args], { cwd: folder });
const probe = (file: string, ...args: string[]) =>
  JSON.parse(execFileSync("ffprobe", ["-v", "error", "-of", "json", ...args, join(folder, file)]).toString());

/** A rendition as MediaConvert cuts it: a header, and segments that begin with a key frame each. */
function cut(name: string, ...args: string[]) {
  const muxer = ["-f", "hls", "-hls_segment_type", "fmp4", "-hls_time", "2", "-hls_playlist_type", "vod"];
  ffmpeg(...args, ...muxer, "-hls_fmp4_init_filename", `${name}init.mp4`, `${name}.m3u8`);
  const files = Playlist.files(readFileSync(join(folder, `${name}.m3u8`), "utf8"));
  const pieces = files.map((key) => ({ key, bytes: statSync(join(folder, key)).size }));
  return { files, reader: () => Rendition.reader(pieces, async (key) => readFileSync(join(folder, key))) };
}
type Cut = ReturnType<typeof cut>;

async function film(name: string, video: Cut, audio?: Cut) {
  let body = Buffer.alloc(0);
  const { front, tail } = await remux(video.reader(), audio?.reader(), {
    append: async (bytes) => {
      body = Buffer.concat([body, bytes]);
    },
    patch: (bytes, at) => void body.set(bytes, at),
  });
  expect(tail).toBeUndefined();
  const file = Buffer.concat([front, body]);
  writeFileSync(join(folder, name), file);
  return file;
}
const packets = (file: string, kind: "v" | "a") =>
  probe(file, "-select_streams", kind, "-show_entries", "packet=pts_time,dts_time,duration_time,size,flags").packets;
/** Hashes of what a decoder makes of each frame. */
const decoded = (file: string, kind: "v" | "a") =>
  execFileSync("ffmpeg", ["-v", "error", "-i", join(folder, file), "-map", `0:${kind}`, "-f", "framemd5", "-"])
    .toString()
    .split("\n")
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(",").at(-1)!.trim());
/** The pieces in a row are a fragmented MP4. */
function whole(name: string, { files }: Cut) {
  writeFileSync(join(folder, name), Buffer.concat(files.map((file) => readFileSync(join(folder, file)))));
  return name;
}

const RATES = [
  ["24000/1001", 24000 / 1001],
  ["30000/1001", 30000 / 1001],
  ["50", 50],
] as const;
const picture = (rate: string, seconds = 3) => [
  ...["-f", "lavfi", "-i", `testsrc2=s=160x90:r=${rate}:d=${seconds}`],
  ...["-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "48", "-sc_threshold", "0", "-flags", "+cgop"],
  ...["-pix_fmt", "yuv420p"],
];
const SOUND = ["-f", "lavfi", "-i", "sine=frequency=500:d=3.3", "-c:a", "aac", "-ac", "2", "-ar", "48000"];

describe("a film of the stream's highest rung and its sound", () => {
  let sound: Cut;
  beforeAll(() => {
    sound = cut("sound", ...SOUND);
  });

  it.each(RATES)("holds the same pictures at the same times, at %s frames a second", async (rate, value) => {
    const name = `r${rate.replace("/", "-")}`;
    const video = cut(name, ...picture(rate));
    const bytes = await film(`${name}.mp4`, video, sound);
    expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));

    const [before, after] = [packets(whole(`${name}-whole.mp4`, video), "v"), packets(`${name}.mp4`, "v")];
    expect(after.map((one: any) => [one.size, one.flags[0]])).toEqual(
      before.map((one: any) => [one.size, one.flags[0]]),
    );
    for (const [index, one] of after.entries())
      expect(Math.abs(Number(one.pts_time) - Number(before[index].pts_time))).toBeLessThan(0.0005);
    expect(decoded(`${name}.mp4`, "v")).toEqual(decoded(`${name}-whole.mp4`, "v"));
    expect(decoded(`${name}.mp4`, "a")).toEqual(decoded(whole("sound-whole.mp4", sound), "a"));
    const { streams, format } = probe(`${name}.mp4`, "-show_streams", "-show_format");
    expect(streams.map((one: any) => one.codec_name)).toEqual(["h264", "aac"]);
    const [numerator, denominator] = streams[0].avg_frame_rate.split("/").map(Number);
    expect(Math.abs(numerator / denominator - value)).toBeLessThan(0.001);
    expect(Number(format.duration)).toBeCloseTo(3.3, 1);
    expect(format.tags?.creation_time).toBeUndefined();
  });

  it("is the same file when it is made again, and says nothing of when that was", async () => {
    const video = cut("again", ...picture("30", 2));
    expect((await film("one.mp4", video, sound)).equals(await film("two.mp4", video, sound))).toBe(true);
  });

  it("is silent where the stream is", async () => {
    const bytes = await film("silent.mp4", cut("mute", ...picture("30", 2)));
    expect(probe("silent.mp4", "-show_streams").streams.map((one: any) => one.codec_type)).toEqual(["video"]);
    expect(bytes.length).toBeGreaterThan(1000);
  });

  it("stays as far from its sound as it was, where it begins later", async () => {
    const late = ["-output_ts_offset", "0.4"];
    const video = cut("late", ...picture("30", 2), ...late);
    await film("late.mp4", video, sound);
    const shift = (file: string) => Number(probe(file, "-select_streams", "v", "-show_streams").streams[0].start_time);
    expect(shift("late.mp4")).toBeCloseTo(shift(whole("late-whole.mp4", video)), 3);
  });

  it("fails where a piece is not as it was listed, and where there is no picture", async () => {
    const video = cut("short", ...picture("30", 2));
    const missing = () => Promise.reject(new Error("NoSuchKey"));
    const body = { append: async () => {}, patch: () => {} };
    const pieces = video.files.map((key) => ({ key, bytes: 10 }));
    await expect(remux(Rendition.reader(pieces, missing), undefined, body)).rejects.toThrow("NoSuchKey");
    const other = Rendition.reader(pieces, async () => Buffer.alloc(9));
    await expect(remux(other, undefined, body)).rejects.toThrow("9 bytes where 10 were listed");
    await expect(remux(sound.reader(), undefined, body)).rejects.toThrow("no picture");
  });
});

describe("Rendition.reader", () => {
  it("reads across pieces as if they were one file, and keeps few of them", async () => {
    const all = Buffer.from(Array.from({ length: 100 }, (_, index) => index));
    const fetched: string[] = [];
    const pieces = Array.from({ length: 10 }, (_, index) => ({ key: String(index), bytes: 10 }));
    const { bytes, read } = Rendition.reader(pieces, async (key) => {
      fetched.push(key);
      return all.subarray(Number(key) * 10, Number(key) * 10 + 10);
    });
    expect(bytes).toBe(100);
    for (let at = 0; at < 100; at += 7)
      expect(Buffer.from(await read(at, Math.min(100, at + 7)))).toEqual(all.subarray(at, Math.min(100, at + 7)));
    expect(fetched).toEqual(pieces.map(({ key }) => key));
    expect(Buffer.from(await read(5, 45))).toEqual(all.subarray(5, 45));
  });
});

describe("Playlist", () => {
  const MAIN = [
    "#EXTM3U",
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="other",NAME="a, b",URI="index_other.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",DEFAULT=YES,URI="index_audio.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=900,AVERAGE-BANDWIDTH=9000,CODECS="avc1,mp4a",RESOLUTION=640x360,AUDIO="other"',
    "index_360.m3u8",
    '#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=1,BANDWIDTH=9000,CODECS="avc1,mp4a",RESOLUTION=1920x1080,AUDIO="audio"',
    "index_1080.m3u8",
  ];
  it("finds the highest rung and its sound", () => {
    expect(Playlist.best(MAIN.join("\n"))).toEqual({ video: "index_1080.m3u8", audio: "index_audio.m3u8" });
    expect(Playlist.best(MAIN.join("\r\n"))).toEqual({ video: "index_1080.m3u8", audio: "index_audio.m3u8" });
  });
  it("knows a stream without sound, and says what it misses", () => {
    const silent = ["#EXTM3U", "#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=2x2", "a.m3u8"].join("\n");
    expect(Playlist.best(silent)).toEqual({ video: "a.m3u8" });
    expect(() => Playlist.best("#EXTM3U")).toThrow("no picture");
    expect(() => Playlist.best(MAIN.filter((line) => !line.includes('"audio",')).join("\n"))).toThrow("no sound");
    expect(() => Playlist.files("#EXTM3U\n#EXTINF:1,\na.cmfv")).toThrow("no header");
  });
});

describe("frameRate", () => {
  it.each([
    [1001 / 30000, 0, 30000 / 1001],
    [1 / 30, 0.4, 30],
    [0.04, 0, 25],
    [1 / 12, 0, 12],
    [0.0333, 0, undefined],
    [1 / 30, 0.41, undefined],
    [0, 0, undefined],
  ])("of frames of %d s from %d s is %s", (duration, timestamp, rate) => {
    expect(frameRate({ duration, timestamp })).toBe(rate);
  });
  it("of nothing is unknown", () => expect(frameRate(null)).toBeUndefined());
});

describe("Front.advance", () => {
  const box = (type: string, ...content: Buffer[]): Buffer => {
    const body = Buffer.concat(content);
    const header = Buffer.alloc(8);
    header.writeUInt32BE(8 + body.length, 0);
    header.write(type, 4, "latin1");
    return Buffer.concat([header, body]);
  };
  const moov = (table: Buffer) => box("moov", box("trak", box("mdia", box("minf", box("stbl", table)))));
  const numbers = (bytes: 4 | 8, ...values: number[]) => {
    const table = Buffer.alloc(8 + values.length * bytes);
    table.writeUInt32BE(values.length, 4);
    for (const [index, value] of values.entries())
      if (bytes === 4) table.writeUInt32BE(value, 8 + index * 4);
      else table.writeBigUInt64BE(BigInt(value), 8 + index * 8);
    return table;
  };
  it("moves every place by the length of the index", () => {
    const narrow = moov(box("stco", numbers(4, 40, 4000)));
    const by = narrow.length;
    expect(Front.advance(narrow)).toBe(true);
    expect(narrow).toEqual(moov(box("stco", numbers(4, 40 + by, 4000 + by))));
    const wide = moov(box("co64", numbers(8, 40, 2 ** 33)));
    expect(Front.advance(wide)).toBe(true);
    expect(wide).toEqual(moov(box("co64", numbers(8, 40 + wide.length, 2 ** 33 + wide.length))));
  });
  it("leaves one alone that would outgrow its numbers", () => {
    const full = moov(box("stco", numbers(4, 40, 2 ** 32 - 10)));
    const before = Buffer.from(full);
    expect(Front.advance(full)).toBe(false);
    expect(full).toEqual(before);
  });
});
