import type { ColorCorrector, VideoSelector } from "@aws-sdk/client-mediaconvert";
import { MATRICES, PRIMARIES, TRANSFERS } from "./color-names.ts";
import type { VideoTrack } from "./source.ts";

/** Colour of a picture in ffprobe's names. */
export interface Color {
  primaries: string;
  transfer: string;
  matrix: string;
  fullRange: boolean;
  /** Stored as RGB: the matrix counts only when it becomes YUV. */
  rgb?: boolean;
}

export const REC_709: Color = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false };
const REC_601: Color = { primaries: "smpte170m", transfer: "smpte170m", matrix: "smpte170m", fullRange: false };

/** The colour spaces of the input's ColorSpace setting (SDK documentation of VideoSelector). */
const COLOR_SPACES: Record<string, Omit<Color, "fullRange">> = {
  REC_601,
  REC_709,
  HDR10: { primaries: "bt2020", transfer: "smpte2084", matrix: "bt2020nc" },
  HLG_2020: { primaries: "bt2020", transfer: "arib-std-b67", matrix: "bt2020nc" },
  P3DCI: { primaries: "smpte431", transfer: "smpte428", matrix: "bt709" },
  P3D65_SDR: { primaries: "smpte432", transfer: "iec61966-2-1", matrix: "bt709" },
  P3D65_HDR: { primaries: "smpte432", transfer: "smpte2084", matrix: "bt709" },
};

/** SD pictures that do not say what they are mean Rec. 601, larger ones Rec. 709, as every player assumes. */
const SD_LINES = 576;

/** What the input's colours mean: its own tags, or the selector's ColorSpace where that takes precedence. */
export function inputColor(track: VideoTrack, selector: VideoSelector = {}): Color {
  const assumed = Math.min(track.width, track.height) > SD_LINES ? REC_709 : REC_601;
  const chosen = COLOR_SPACES[selector.ColorSpace ?? "FOLLOW"];
  const forced = chosen && selector.ColorSpaceUsage !== "FALLBACK" ? chosen : undefined;
  const fallback = chosen ?? assumed;
  const like = kin(track) ?? fallback;
  return {
    primaries: forced?.primaries ?? track.primaries ?? like.primaries,
    transfer: forced?.transfer ?? track.transfer ?? like.transfer,
    matrix: forced?.matrix ?? yuvMatrix(track.matrix) ?? like.matrix,
    fullRange: selector.SampleRange === "FULL_RANGE" || (selector.SampleRange !== "LIMITED_RANGE" && track.fullRange),
    rgb: /^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|x2rgb|x2bgr|pal8)/.test(track.pixelFormat),
  };
}

/** The family a picture belongs to that tells only some of its colours. */
function kin({ matrix, primaries }: VideoTrack): Omit<Color, "fullRange"> | undefined {
  const families: [Omit<Color, "fullRange">, (string | undefined)[]][] = [
    [REC_709, ["bt709"]],
    [REC_601, ["smpte170m", "bt470bg"]],
    [{ ...REC_709, primaries: "bt2020", matrix: "bt2020nc" }, ["bt2020", "bt2020nc", "bt2020c"]],
  ];
  const told = yuvMatrix(matrix) ?? primaries;
  return families.find(([, names]) => names.includes(told))?.[0];
}

/** Pictures stored as RGB get a matrix only when they become YUV. */
const yuvMatrix = (matrix: string | undefined) => (matrix === "gbr" ? undefined : matrix);

export const isHdr = (color: Color) => ["smpte2084", "arib-std-b67"].includes(color.transfer);

const isWide = (color: Color) => ["bt2020", "smpte431", "smpte432"].includes(color.primaries);

/** The output's colour: Rec. 709 when the corrector says so, the input's in limited range otherwise. */
export function outputColor(input: Color, corrector: ColorCorrector | undefined): Color {
  return corrector?.ColorSpaceConversion === "FORCE_709" ? REC_709 : { ...input, fullRange: false, rgb: false };
}

/**
 * Filters for conversions a change of matrix cannot do: tone mapping from HLG or PQ, wide primaries, and matrices the
 * scaler does not know. Their result is Rec. 709 in 8 bit. Empty when the scaler's matrix conversion is enough.
 */
export function conversion(input: Color, output: Color, corrector: ColorCorrector | undefined): string[] {
  if (output !== REC_709 || !(isHdr(input) || isWide(input) || isBeyondScaler(input))) return [];
  const from = zscaleInput(input);
  const to = "p=bt709:t=bt709:m=bt709:r=limited";
  if (!isHdr(input)) return [`zscale=${from}:${to}`, "format=yuv420p"];
  // Below `linear` of SDR's white colours stay as they are, above it highlights are rolled off to keep their detail.
  const linear = corrector?.HdrToSdrToneMapper === "VIBRANT" ? 0.8 : 0.5;
  return [
    // Diffuse white of both HDR systems is near 200 cd/m² (ITU-R BT.2408: 203); it becomes SDR's white.
    `zscale=${from}:t=linear:npl=203`,
    "format=gbrpf32le",
    "zscale=p=bt709",
    `tonemap=tonemap=mobius:param=${linear}:desat=0`,
    `zscale=${to}`,
    "format=yuv420p",
  ];
}

const isBeyondScaler = ({ matrix, rgb }: Color) => !rgb && matrix !== "bt709" && scalerMatrix(matrix) === "bt709";

/**
 * What zscale is told of its input. Combinations it refuses get the nearest that it takes: Rec. 1361 is Rec. 709 with
 * room for negative light, SMPTE 428 a power of 2.6 (here 2.8), HLG is defined for the primaries of BT.2020 only, as
 * are the matrices that work on light; ICtCp means something for HDR only.
 */
function zscaleInput(input: Color): string {
  const transfer = { bt1361e: "bt709", smpte428: "bt470bg" }[input.transfer] ?? input.transfer;
  const primaries = transfer === "arib-std-b67" ? "bt2020" : input.primaries;
  const from = {
    tin: TRANSFERS[transfer]!.code,
    min: MATRICES[zscaleMatrix(input, primaries)]!.code,
    pin: PRIMARIES[primaries]!.code,
    rin: input.fullRange || input.rgb ? "full" : "limited",
  };
  return Object.entries(from)
    .map(([option, value]) => `${option}=${value}`)
    .join(":");
}

function zscaleMatrix(input: Color, primaries: string): string {
  const { matrix, rgb } = input;
  if (rgb) return "gbr";
  if (["smpte2085", "ipt-c2", "ycgco-re", "ycgco-ro"].includes(matrix)) return "bt709";
  if (matrix.startsWith("chroma-derived") && primaries === "smpte428") return "bt709";
  const linear = primaries === "bt2020" && ["bt709", "bt2020-10", "bt2020-12"].includes(input.transfer);
  if (matrix === "bt2020c" && !linear) return "bt2020nc";
  return matrix === "ictcp" && !(primaries === "bt2020" && isHdr(input)) ? "bt2020nc" : matrix;
}

/**
 * The scaler's options for a change of matrix and range; none where nothing changes, so that it may pass frames
 * through.
 */
export function scalerColors(from: Color, to: Color): string {
  if (scalerMatrix(from.matrix) === scalerMatrix(to.matrix) && from.fullRange === to.fullRange) return "";
  const range = (color: Color) => (color.fullRange ? "full" : "limited");
  const matrices = `:in_color_matrix=${scalerMatrix(from.matrix)}:out_color_matrix=${scalerMatrix(to.matrix)}`;
  return `${matrices}:in_range=${range(from)}:out_range=${range(to)}`;
}

function scalerMatrix(matrix: string): string {
  if (matrix === "smpte170m" || matrix === "bt470bg") return "bt601";
  if (matrix.startsWith("bt2020")) return "bt2020";
  return matrix === "fcc" || matrix === "smpte240m" ? matrix : "bt709";
}

/**
 * Colour tags for the encoder, so that the stream says what it holds. By number: the options spell some names
 * differently.
 */
export const colorTags = ({ primaries, transfer, matrix }: Color) => [
  ...["-color_primaries", String(PRIMARIES[primaries]!.code), "-color_trc", String(TRANSFERS[transfer]!.code)],
  ...["-colorspace", String(MATRICES[matrix]!.code), "-color_range", "tv"],
];
