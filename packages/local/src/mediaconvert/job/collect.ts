import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { JobError } from "../errors.ts";
import { readManifest } from "../ffmpeg/dash.ts";
import { jpegSize } from "../ffmpeg/jpeg.ts";
import { finishMp4 } from "../ffmpeg/mp4.ts";
import type { Plan, PlannedGroup, PlannedOutput } from "../ffmpeg/plan.ts";
import { type FinishedRendition, mainPlaylist, mediaPlaylist } from "../ffmpeg/playlists.ts";
import { cmafNames, frameName, groupSettings, type Location } from "../names.ts";

/** A finished file on its way into a bucket. */
export interface Upload {
  file: string;
  to: Location;
  contentType: string;
}

export interface FinishedOutput {
  durationMs: number;
  size?: { width: number; height: number };
  /** Objects the COMPLETE event names: the file, or the last of the captured frames; none for CMAF. */
  paths: Location[];
}

export interface FinishedGroup {
  type: "FILE_GROUP" | "CMAF_GROUP";
  outputs: FinishedOutput[];
  playlists: Location[];
}

export interface Finished {
  groups: FinishedGroup[];
  /** In order: what a playlist names comes before the playlist. */
  uploads: Upload[];
}

const HLS = "application/x-mpegURL";

/**
 * Names what ffmpeg left in `scratch` as MediaConvert does and writes the playlists. Throws JobError 1075 when an
 * output is empty.
 */
export async function collect(plan: Plan, scratch: string): Promise<Finished> {
  const files = await readdir(scratch);
  const uploads: Upload[] = [];
  const groups: FinishedGroup[] = [];
  for (const group of plan.groups) {
    if (group.settings.OutputGroupSettings!.Type === "CMAF_GROUP_SETTINGS")
      groups.push(await cmafGroup(group, scratch, uploads));
    else groups.push(await fileGroup(group, scratch, files, uploads));
  }
  // A capture lasts as long as the video beside it.
  const outputs = groups.flatMap((group) => group.outputs);
  const longest = Math.max(...outputs.map(({ durationMs }) => durationMs));
  for (const output of outputs) output.durationMs ||= longest;
  return { groups, uploads };
}

async function fileGroup(
  group: PlannedGroup,
  scratch: string,
  files: string[],
  uploads: Upload[],
): Promise<FinishedGroup> {
  const outputs: FinishedOutput[] = [];
  for (const output of group.outputs) {
    if (output.kind === "frames") {
      const frames = files.filter((file) => file.startsWith(`${output.id}.`)).sort();
      const named = frames.map((_, number) =>
        under(output, frameName(output.stem.key, number).replace(/jpg$/, output.extension)),
      );
      if (frames.length === 0) throw empty();
      for (const [number, file] of frames.entries())
        uploads.push({ file: join(scratch, file), to: named[number]!, contentType: "image/jpeg" });
      const size = await jpegSize(join(scratch, frames[0]!));
      outputs.push({ durationMs: 0, size, paths: named.slice(-1) });
    } else {
      const file = join(scratch, `${output.id}.mp4`);
      const to = under(output, `${output.stem.key}.${output.extension}`);
      const { seconds, size } = await finishMp4(file).catch(() => ({ seconds: 0, size: undefined }));
      if (seconds === 0) throw empty();
      uploads.push({ file, to, contentType: output.video ? "video/mp4" : "audio/mp4" });
      outputs.push({ durationMs: Math.round(seconds * 1000), size, paths: [to] });
    }
  }
  return { type: "FILE_GROUP", outputs, playlists: [] };
}

async function cmafGroup(group: PlannedGroup, scratch: string, uploads: Upload[]): Promise<FinishedGroup> {
  const settings = groupSettings(group.settings);
  const renditions: FinishedRendition[] = [];
  const playlists: Upload[] = [];
  for (const output of group.outputs) {
    const rendition = await finish(output, scratch, uploads);
    renditions.push(rendition);
    const file = join(scratch, `${output.id}.m3u8`);
    await writeFile(file, mediaPlaylist(rendition, settings));
    playlists.push({ file, to: under(output, `${output.stem.key}.m3u8`), contentType: HLS });
  }
  const file = join(scratch, `${group.outputs[0]!.id}-main.m3u8`);
  await writeFile(file, mainPlaylist(renditions, settings));
  const main = { bucket: group.base.bucket, key: `${group.base.key}.m3u8` };
  uploads.push(...playlists, { file, to: main, contentType: HLS });
  const outputs = renditions.map(({ segments, video }) => ({
    durationMs: Math.round(segments.reduce((sum, { seconds }) => sum + seconds, 0) * 1000),
    size: video,
    paths: [],
  }));
  return { type: "CMAF_GROUP", outputs, playlists: [main] };
}

async function finish(output: PlannedOutput, scratch: string, uploads: Upload[]): Promise<FinishedRendition> {
  const extension = output.extension as "cmfv" | "cmfa";
  const here = cmafNames(output.id, extension);
  const there = cmafNames(output.stem.key, extension);
  const contentType = output.video ? "video/mp4" : "audio/mp4";
  const send = (file: string, key: string) =>
    uploads.push({ file: join(scratch, file), to: under(output, key), contentType });
  const { segments, codecs } = await readManifest(join(scratch, `${output.id}.mpd`)).catch(() => {
    throw empty();
  });
  if (segments.length === 0) throw empty();
  const { size } = await finishMp4(join(scratch, here.init));
  send(here.init, there.init);
  const measured: FinishedRendition["segments"] = [];
  for (const [index, seconds] of segments.entries()) {
    const { size: bytes } = await stat(join(scratch, here.segment(index + 1)));
    send(here.segment(index + 1), there.segment(index + 1));
    measured.push({ name: last(there.segment(index + 1)), seconds, bytes });
  }
  const audio = output.audios[0];
  return {
    playlist: last(there.playlist),
    init: last(there.init),
    segments: measured,
    codecs,
    container: output.settings.ContainerSettings?.CmfcSettings ?? {},
    video: output.video && size && { ...size, frameRate: output.video.frameRate },
    audio: audio && { language: audio.language, label: audio.label, channels: audio.channels },
  };
}

const under = (output: PlannedOutput, key: string): Location => ({ bucket: output.stem.bucket, key });
const last = (key: string) => key.split("/").at(-1)!;
const empty = () => new JobError(1075, "Demux: [no frames could be read from the input]");
