import type { H264Settings, JobSettings, Output, OutputGroup } from "@aws-sdk/client-mediaconvert";
import { badRequest, unsupported } from "../errors.ts";
import { groupSettings, parseS3Uri } from "../names.ts";

/**
 * Checks what the service model cannot say: which settings need which others. Throws BadRequestException naming the
 * path.
 */
export function checkSettings(settings: JobSettings) {
  const inputs = settings.Inputs ?? [];
  if (inputs.length === 0) throw badRequest("/inputs: Should have at least 1 items");
  if (inputs.length > 1) throw unsupported("/inputs with more than one input");
  const [input] = inputs;
  if (!input!.FileInput) throw badRequest("/inputs/0: fileInput is a required property");
  if (!input!.FileInput.startsWith("s3://")) throw unsupported("/inputs/0/fileInput that is no s3:// URI");
  if ((input!.InputClippings ?? []).length > 1) throw unsupported("/inputs/0/inputClippings with more than one clip");
  if (input!.InputClippings?.length && input!.TimecodeSource !== "ZEROBASED")
    throw unsupported("/inputs/0/inputClippings unless timecodeSource is ZEROBASED");
  for (const [name, selector] of Object.entries(input!.AudioSelectors ?? {})) {
    if ((selector.Tracks ?? []).length > 1)
      throw unsupported(`/inputs/0/audioSelectors/${name}/tracks with more than one track`);
    checkStreams(selector, `/inputs/0/audioSelectors/${name}`);
  }
  checkStreams(input!.VideoSelector ?? {}, "/inputs/0/videoSelector");
  const groups = settings.OutputGroups ?? [];
  if (groups.length === 0) throw badRequest("/outputGroups: Should have at least 1 items");
  for (const [index, group] of groups.entries()) checkGroup(group, `/outputGroups/${index}`);
  const regular = groups.flatMap((group) => group.Outputs!).filter((output) => !isFrameCapture(output));
  if (regular.length === 0)
    throw badRequest("/outputGroups: Frame capture outputs need an audio or video output in the same job");
}

/** A STREAM selector names its stream, and one of the other types none. */
function checkStreams({ SelectorType, Streams = [] }: { SelectorType?: string; Streams?: number[] }, path: string) {
  if (SelectorType === "STREAM" && Streams.length === 0) throw badRequest(`${path}: streams is a required property`);
  if (SelectorType !== "STREAM" && Streams.length > 0)
    throw unsupported(`${path}/streams unless selectorType is STREAM`);
  if (Streams.length > 1) throw unsupported(`${path}/streams with more than one stream`);
}

/** Whether the output writes JPEG frames rather than a video. */
export const isFrameCapture = (output: Output) => output.VideoDescription?.CodecSettings?.Codec === "FRAME_CAPTURE";

function checkGroup(group: OutputGroup, path: string) {
  const type = group.OutputGroupSettings?.Type;
  if (!group.OutputGroupSettings) throw badRequest(`${path}: outputGroupSettings is a required property`);
  if (!type) throw badRequest(`${path}/outputGroupSettings: type is a required property`);
  const cmaf = type === "CMAF_GROUP_SETTINGS";
  const member = `${path}/outputGroupSettings/${cmaf ? "cmafGroupSettings" : "fileGroupSettings"}`;
  const settings = groupSettings(group);
  if (!settings.Destination) throw badRequest(`${member}: destination is a required property`);
  if (!parseS3Uri(settings.Destination)) throw badRequest(`${member}/destination: Should be an s3:// URI`);
  refuseIdentifiers(settings.Destination, `${member}/destination`);
  if (cmaf) {
    if (settings.SegmentControl === undefined) throw unsupported(`${member}/segmentControl other than SEGMENTED_FILES`);
    // MediaConvert's default for both manifests is to write them.
    if (settings.WriteDashManifest !== "DISABLED") throw unsupported(`${member}/writeDashManifest other than DISABLED`);
    if (settings.WriteHlsManifest === "DISABLED") throw unsupported(`${member}/writeHlsManifest DISABLED`);
    const { SegmentLength = 10, FragmentLength = 2 } = settings;
    if (SegmentLength % FragmentLength !== 0)
      throw badRequest(`${member}: segmentLength should be a multiple of fragmentLength`);
  }
  const outputs = group.Outputs ?? [];
  if (outputs.length === 0) throw badRequest(`${path}/outputs: Should have at least 1 items`);
  const modifiers = new Set<string | undefined>();
  for (const [index, output] of outputs.entries()) {
    const at = `${path}/outputs/${index}`;
    if (output.NameModifier === undefined && (outputs.length > 1 || cmaf))
      throw badRequest(`${at}: nameModifier is a required property`);
    // Two captures and a video may share a name: their files end differently.
    const name = `${output.NameModifier}|${isFrameCapture(output)}`;
    if (modifiers.has(name)) throw badRequest(`${at}/nameModifier: Should be different for each output of a group`);
    modifiers.add(name);
    refuseIdentifiers(output.NameModifier ?? "", `${at}/nameModifier`);
    checkOutput(output, cmaf, at);
  }
}

function checkOutput(output: Output, cmaf: boolean, path: string) {
  const container = output.ContainerSettings?.Container;
  if (!output.ContainerSettings) throw badRequest(`${path}: containerSettings is a required property`);
  if (!container) throw badRequest(`${path}/containerSettings: container is a required property`);
  const audios = output.AudioDescriptions ?? [];
  const video = output.VideoDescription;
  if (!video && audios.length === 0)
    throw badRequest(`${path}: Should have a videoDescription or at least one audioDescription`);
  const needed = cmaf ? "CMFC" : isFrameCapture(output) ? "RAW" : "MP4";
  if (container !== needed) throw badRequest(`${path}/containerSettings/container: Should be ${needed}`);
  if (/[/\\]|\.\./.test(output.Extension ?? "")) throw badRequest(`${path}/extension: Should be a file extension`);
  if (cmaf && output.Extension !== undefined) throw badRequest(`${path}/extension: Applies to file output groups only`);
  if (isFrameCapture(output) && audios.length > 0)
    throw badRequest(`${path}/audioDescriptions: A frame capture output has no audio`);
  if (cmaf && (audios.length > 1 || (video && audios.length > 0)))
    throw badRequest(`${path}: A CMAF output has either video or one audio description`);
  if (cmaf && isFrameCapture(output)) throw badRequest(`${path}/videoDescription: CMAF outputs take no frame captures`);
  for (const [index, audio] of audios.entries())
    if (!audio.CodecSettings?.Codec)
      throw badRequest(`${path}/audioDescriptions/${index}/codecSettings: codec is a required property`);
  if (!video) return;
  if (!video.CodecSettings?.Codec)
    throw badRequest(`${path}/videoDescription/codecSettings: codec is a required property`);
  const capture = isFrameCapture(output) ? (video.CodecSettings.FrameCaptureSettings ?? {}) : undefined;
  if (capture && (!capture.FramerateNumerator || !capture.FramerateDenominator))
    throw unsupported(`${path}/videoDescription/codecSettings/frameCaptureSettings without a frame rate`);
  if (!capture)
    checkH264(video.CodecSettings.H264Settings ?? {}, `${path}/videoDescription/codecSettings/h264Settings`);
}

function checkH264(settings: H264Settings, path: string) {
  const need = (member: keyof H264Settings, name: string) => {
    if (settings[member] === undefined) throw badRequest(`${path}: ${name} is a required property`);
  };
  if (settings.RateControlMode === "QVBR") need("MaxBitrate", "maxBitrate");
  else need("Bitrate", "bitrate");
  if (settings.FramerateControl === "SPECIFIED") {
    need("FramerateNumerator", "framerateNumerator");
    need("FramerateDenominator", "framerateDenominator");
  }
  if (settings.ParControl === "SPECIFIED") {
    need("ParNumerator", "parNumerator");
    need("ParDenominator", "parDenominator");
  }
  if (settings.GopSizeUnits === "FRAMES" || settings.GopSizeUnits === "SECONDS") need("GopSize", "gopSize");
}

/** MediaConvert replaces `$dt$`, `$w$` and such in names; here they would stand in the key as they are. */
function refuseIdentifiers(text: string, path: string) {
  const identifier = /\$[A-Za-z]+(:[^$]*)?\$/.exec(text)?.[0];
  if (identifier) throw unsupported(`${path} with the format identifier ${identifier}`);
}
