import type { Limits } from "../limits.ts";
import { groupSettings } from "../names.ts";
import { confinement } from "./confinement.ts";
import { filterGraph } from "./graph.ts";
import type { Plan, PlannedGroup, PlannedOutput } from "./plan.ts";

/** Nothing of the source's own metadata (place, device, times, chapters, data tracks) goes into an output. */
const ANONYMOUS = ["-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn"];

/** ffmpeg's arguments for a whole job: one decoding, all outputs, files named by output id in the working directory. */
export function command(plan: Plan, input: string, limits: Limits): string[] {
  const args = ["-hide_banner", "-nostdin", "-y", "-loglevel", "level+warning", "-nostats", "-progress", "pipe:1"];
  args.push("-stats_period", "0.25", ...confinement(limits.allocationBytes));
  // A stream may change its size halfway, behind what was looked at before.
  args.push("-max_pixels", String(limits.maxDimension ** 2));
  // Rotation is a setting of the job, not what the decoder finds.
  args.push("-noautorotate");
  // Reading stops a little behind the clip, which is cut out exactly by filters: seeking is exact in few containers.
  if (plan.clip.end !== undefined) args.push("-to", (plan.clip.end + 1).toFixed(6));
  args.push("-i", `file:${input}`);
  const outputs = plan.groups.flatMap((group) => group.outputs.map((output) => ({ group, output })));
  const pictures = outputs.flatMap(({ output }) =>
    output.video ? [{ label: `v${output.id}`, stages: output.video.stages }] : [],
  );
  if (pictures.length > 0) args.push("-filter_complex", filterGraph(`0:${plan.video!.index}`, pictures));
  return [...args, ...outputs.flatMap(({ group, output }) => outputArgs(group, output))];
}

function outputArgs(group: PlannedGroup, output: PlannedOutput): string[] {
  const args = output.video ? ["-map", `[v${output.id}]`, "-fps_mode", "passthrough"] : [];
  for (const audio of output.audios) args.push("-map", `0:${audio.track.index}`);
  args.push(...ANONYMOUS, ...(output.video?.options ?? []));
  // All audios of an output share ffmpeg's options unless numbered, so they are.
  for (const [index, audio] of output.audios.entries()) {
    args.push(...audio.options.map((option) => (option.startsWith("-") ? `${numbered(option)}:${index}` : option)));
    if (audio.language) args.push(`-metadata:s:a:${index}`, `language=${audio.language}`);
  }
  if (output.kind === "frames") return [...args, "-f", "image2", "-start_number", "0", `${output.id}.%07d.jpg`];
  if (output.kind === "cmaf") return [...args, ...cmafArgs(group, output)];
  const fast = output.settings.ContainerSettings?.Mp4Settings?.MoovPlacement !== "NORMAL";
  return [...args, "-f", "mp4", ...(fast ? ["-movflags", "+faststart"] : []), `${output.id}.mp4`];
}

const numbered = (option: string) => (/:a$/.test(option) ? option : option === "-af" ? "-filter:a" : `${option}:a`);

/**
 * ffmpeg's DASH muxer writes CMAF segments in fragments and measures them; its manifest, `{id}.mpd`, tells durations
 * and codecs, the HLS playlists are written here. Its movflag `cmaf` is not set: it drops the edit list, and with it
 * the alignment of the video's first frame with the audio's.
 */
function cmafArgs(group: PlannedGroup, output: PlannedOutput): string[] {
  const { SegmentLength = 10, FragmentLength = 2 } = groupSettings(group.settings);
  return [
    ...["-f", "dash", "-seg_duration", String(SegmentLength), "-frag_type", "duration"],
    ...["-frag_duration", String(FragmentLength), "-use_template", "1", "-use_timeline", "1"],
    ...["-format_options", "brand=cmfc", "-init_seg_name", `${output.id}init.${output.extension}`],
    ...["-media_seg_name", `${output.id}_$Number%09d$.${output.extension}`, `${output.id}.mpd`],
  ];
}
