import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ProbeCommand } from "@aws-sdk/client-mediaconvert";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decode, ffprobe, OPERATOR, TestCloud } from "./cloud.ts";
import { captures, files, hls, mp4, request } from "./settings.ts";

/** Files of real phones and cameras, beside the repository; what ships with it is generated. */
const MEDIA = join(import.meta.dirname, "../../../../../shared/media");

interface Expected {
  probe: Record<string, unknown>;
  size: [number, number];
  audio: boolean;
  frames: number;
}

const CLIPS: Record<string, Expected> = {
  "portrait-rotated-gps.mov": {
    probe: { Width: 568, Height: 320, Rotation: 90 },
    size: [320, 568],
    audio: true,
    frames: 2,
  },
  "portrait-rotated-720p.mp4": {
    probe: { Width: 1280, Height: 720, Rotation: 90 },
    size: [720, 1280],
    audio: true,
    frames: 1,
  },
  "web-ready-85s.m4v": {
    probe: { Width: 320, Height: 240, FrameRate: { Numerator: 10, Denominator: 1 } },
    size: [320, 240],
    audio: true,
    frames: 43,
  },
  "silent.mov": { probe: { Width: 640, Height: 360 }, size: [640, 360], audio: false, frames: 1 },
  "camera-50fps-ac3.mts": { probe: { Width: 1920, Height: 1080 }, size: [1920, 1080], audio: true, frames: 1 },
  "camera-mjpeg.avi": { probe: { Width: 640, Height: 480 }, size: [640, 480], audio: true, frames: 2 },
  "tiny-amr.3gp": { probe: { Width: 176, Height: 144 }, size: [176, 144], audio: true, frames: 3 },
  "fifth-of-a-second-1080p.mp4": { probe: { Width: 1920, Height: 1080 }, size: [1920, 1080], audio: true, frames: 1 },
};

const found = existsSync(MEDIA);
if (!found) console.log(`no real media at ${MEDIA}: tests of them are left out`);

describe.runIf(found)("a file of a real device", () => {
  let cloud: TestCloud;
  beforeAll(() => {
    cloud = new TestCloud();
  });
  afterAll(() => cloud.close());

  it.each(Object.entries(CLIPS))(
    "%s is probed and comes out as file, frames and HLS",
    async (name, { probe, size, audio, frames }) => {
      const [width, height] = size;
      cloud.files.put("uploads", name, join(MEDIA, name));
      const client = await cloud.client();
      const { ProbeResults } = await client.send(
        new ProbeCommand({ InputFiles: [{ FileUrl: `s3://uploads/${name}` }] }),
      );
      client.destroy();
      const tracks = ProbeResults![0]!.Container!.Tracks!;
      expect(tracks.find(({ TrackType }) => TrackType === "video")!.VideoProperties).toMatchObject(probe);
      expect(tracks.some(({ TrackType }) => TrackType === "audio")).toBe(audio);

      const at = `s3://content/${name}`;
      const groups = [
        files([mp4()], `${at}/video`),
        files([captures(2)], `${at}/frames/f`),
        hls([640], audio, `${at}/hls/index`),
      ];
      const { Job } = cloud.mediaconvert.createJob(request(groups, { FileInput: `s3://uploads/${name}` }), OPERATOR);
      expect(await cloud.mediaconvert.waitForJob(Job.Id)).toMatchObject({ Status: "COMPLETE" });
      const path = (key: string) => cloud.files.find("content", `${name}/${key}`)!.path;

      const { streams, format } = ffprobe(path("video.mp4"));
      const sound = audio ? [{ codec_type: "audio", codec_name: "aac" }] : [];
      expect(streams).toMatchObject([
        { codec_name: "h264", profile: "High", pix_fmt: "yuv420p", color_space: "bt709", width, height },
        ...sound,
      ]);
      expect(JSON.stringify([streams, format.tags])).not.toMatch(/rotation|"location|creation_time|"make|"model/);
      const bytes = readFileSync(path("video.mp4")).toString("latin1");
      expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
      expect(Math.abs(Number(format.duration) - ProbeResults![0]!.Container!.Duration!)).toBeLessThan(0.1);
      decode(path("video.mp4"));

      const box = Math.min(1, 640 / Math.max(width, height));
      const small = ffprobe(path("hls/index.m3u8")).streams.find((stream: any) => stream.codec_type === "video");
      expect([small.width, small.height]).toEqual([
        2 * Math.round((width * box) / 2),
        2 * Math.round((height * box) / 2),
      ]);
      decode(path("hls/index.m3u8"));

      const captured = cloud.files.adopted
        .filter((key) => key.startsWith(`${name}/frames/`))
        .map((key) => key.slice(name.length + 8));
      expect(captured.toSorted()).toEqual(
        Array.from({ length: frames }, (_, n) => `f-frame.${String(n).padStart(7, "0")}.jpg`),
      );
      const [frame] = ffprobe(path("frames/f-frame.0000000.jpg")).streams;
      expect([frame.width, frame.height]).toEqual([small.width, small.height]);
    },
  );
});
