import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { served } from "../edge.ts";
import { check } from "../expect.ts";
import { ffprobe, LOCATION, PHONE } from "../media.ts";
import type { Run } from "../run.ts";
import type { Step } from "../run-steps.ts";

const COMPLETE = ["All of it is complete"];
const PLAYLIST = /mpegurl/i;
/** A byte range, to test seeking. */
const RANGE = { from: 100, to: 299 };

export const play: Step<Run>[] = [
  {
    name: "The videos play as one file, from any place in it",
    needs: COMPLETE,
    async run(run) {
      for (const name of ["mixed", "parts"] as const) {
        const url = run.made.records[name].media[0].urls.content;
        const { bytes, headers } = await served(run, url, /^video\/mp4$/);
        assert.equal(headers.get("accept-ranges"), "bytes");
        assert.deepEqual(await codecsOf(run, `${name}.mp4`, bytes), ["h264", "aac"]);
        const { from, to } = RANGE;
        const part = await served(run, url, /^video\/mp4$/, { range: `bytes=${from}-${to}` });
        assert.equal(part.status, 206);
        assert.equal(part.headers.get("content-range"), `bytes ${from}-${to}/${bytes.length}`);
        assert.deepEqual(part.bytes, bytes.subarray(from, to + 1));
      }
    },
  },
  {
    name: "The videos play as a stream",
    needs: COMPLETE,
    async run(run) {
      for (const name of ["mixed", "parts"] as const) {
        const url = run.made.records[name].media[0].urls.stream;
        const master = (await served(run, url, PLAYLIST)).bytes.toString();
        check(master.startsWith("#EXTM3U"), `no playlist: ${master}`);
        const [variant] = addressesIn(master, url);
        check(variant !== undefined, `no variant: ${master}`);
        const playlist = (await served(run, variant, PLAYLIST)).bytes.toString();
        check(playlist.includes("#EXT-X-ENDLIST"), `no whole playlist: ${playlist}`);
        const [segment] = addressesIn(playlist, variant);
        const map = /#EXT-X-MAP:URI="([^"]+)"/.exec(playlist)?.[1];
        check(segment !== undefined && map !== undefined, `no segment: ${playlist}`);
        // MediaConvert's own types for CMAF; players follow the playlist.
        const head = await served(run, new URL(map, variant).href, /./);
        const first = await served(run, segment, /./);
        const whole = Buffer.concat([head.bytes, first.bytes]);
        assert.deepEqual(await codecsOf(run, `${name}-segment.mp4`, whole), ["h264"]);
      }
    },
  },
  {
    name: "Every media has a thumbnail",
    needs: COMPLETE,
    async run(run) {
      const { mixed, parts, own } = run.made.records;
      for (const { contentType, urls } of [...mixed.media, ...parts.media, ...own.media]) {
        const type = contentType === "video" ? /^image\/jpeg$/ : /^image\/webp$/;
        const { bytes } = await served(run, urls.thumbnail, type);
        const { width, height } = await sharp(bytes).metadata();
        check(Math.max(width, height) <= 640, `${urls.thumbnail} measures ${width} × ${height}`);
      }
    },
  },
  {
    name: "Nothing served tells where it was taken, or with what",
    needs: COMPLETE,
    async run(run) {
      const { sample, records } = run.made;
      const [clip, photo] = records.mixed.media;
      check(readFileSync(sample.clip).includes(LOCATION), "the clip that was sent names no place");
      check(readFileSync(sample.photo).includes(PHONE), "the photo that was sent names no phone");
      const video = await served(run, clip.urls.content, /^video\/mp4$/);
      check(!video.bytes.includes(LOCATION.slice(0, 8)), "the video tells its place");
      for (const url of [photo.urls.content, photo.urls.thumbnail]) {
        const { bytes } = await served(run, url, /^image\/(jpeg|webp)$/);
        const { exif, xmp, iptc, width, height } = await sharp(bytes).metadata();
        check(!exif && !xmp && !iptc, `${url} has metadata`);
        check(!bytes.includes(PHONE) && !bytes.includes("Exif"), `${url} tells the phone`);
        check(height > width, `${url} is not upright`);
      }
    },
  },
];

/** The addresses that a playlist names, in order. */
const addressesIn = (playlist: string, base: string) =>
  playlist
    .split(/\r?\n/)
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => new URL(line, base).href);

async function codecsOf({ folder }: Run, name: string, bytes: Buffer): Promise<string[]> {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return (await ffprobe(file)).streams.map((stream: any) => stream.codec_name);
}
