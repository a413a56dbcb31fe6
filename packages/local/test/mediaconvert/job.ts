import {
  type MediaConvertClient,
  type OutputGroup,
  ProbeCommand,
  type ProbeResult,
} from "@aws-sdk/client-mediaconvert";
import { expect } from "vitest";
import type { Job } from "../../src/mediaconvert/index.ts";
import { OPERATOR, type TestCloud } from "./cloud.ts";
import { aac, box, files, mp4, request } from "./settings.ts";

/** ffmpeg's options for a quickly made H.264 clip. */
export const FAST = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
const lavfi = (graph: string) => ["-f", "lavfi", "-i", graph];
export const bars = (size: string, seconds = 1, rate = 10) => lavfi(`smptebars=s=${size}:r=${rate}:d=${seconds}`);
export const sine = (hertz: number, seconds = 1) => lavfi(`sine=frequency=${hertz}:d=${seconds}`);
/** Red above, blue below. */
export const flag = [
  ...lavfi("color=red:s=160x60:r=10:d=1"),
  ...lavfi("color=blue:s=160x60:r=10:d=1"),
  ...["-filter_complex", "vstack"],
];

let count = 0;

/** Runs jobs on a cloud, each in a folder of its own, and tells what came of them by key. */
export const runner =
  (cloud: () => TestCloud) =>
  async (file: string, groups: (prefix: string) => OutputGroup[], input: Record<string, unknown> = {}) => {
    const { files: stored, mediaconvert, events } = cloud();
    const prefix = `job${count++}`;
    stored.put("uploads", `${prefix}/clip.mp4`, file);
    const body = request(groups(`s3://content/${prefix}`), { FileInput: `s3://uploads/${prefix}/clip.mp4`, ...input });
    const { Job: submitted } = mediaconvert.createJob(body, OPERATOR);
    const job = await mediaconvert.waitForJob(submitted.Id);
    const find = (key: string) => stored.find("content", `${prefix}/${key}`);
    const own = stored.adopted.filter((key) => key.startsWith(`${prefix}/`));
    const complete = events.find(({ detail }) => detail.jobId === job.Id && detail.status === "COMPLETE");
    const keys = own.map((key) => key.slice(prefix.length + 1));
    return { job, keys, find, path: (key: string) => find(key)!.path, prefix, complete };
  };

/** What Probe says of a file; the client is the cloud's, made once. */
export const probing = (cloud: () => TestCloud) => {
  let client: Promise<MediaConvertClient> | undefined;
  return async (file: string): Promise<ProbeResult> => {
    client ??= cloud().client();
    cloud().files.put("uploads", "probed/clip", file);
    const command = new ProbeCommand({ InputFiles: [{ FileUrl: "s3://uploads/probed/clip" }] });
    return (await (await client).send(command)).ProbeResults![0]!;
  };
};

/** One MP4 file, `video.mp4`. */
export const asFile =
  (video = box(1920), audios = [aac()]) =>
  (at: string) => [files([mp4(video, audios)], `${at}/video`)];
export const silent = (video = box(1920)) => asFile(video, []);

export const ok = (job: Job) => expect(job).toMatchObject({ Status: "COMPLETE", JobPercentComplete: 100 });
