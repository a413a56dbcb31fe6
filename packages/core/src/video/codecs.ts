export * as Codecs from "./codecs.ts";

/** Codecs of pictures MediaConvert decodes (user guide, supported input codecs), by the names Probe gives them. */
export const DECODED = new Set([
  ...["AVC", "HEVC", "AV1", "VP8", "VP9", "MJPEG", "MPEG1", "MPEG2", "MP4V"],
  ...["PRORES", "JPEG2000", "THEORA", "QTRLE", "UNCOMPRESSED", "VFW", "DV", "H263", "VC1", "VC3"],
]);

/** Codecs of sound that Probe has names for; MediaConvert decodes them all. */
const HEARD = new Set([
  "AAC",
  "AC3",
  "EAC3",
  "FLAC",
  "MP3",
  "OPUS",
  "PCM",
  "VORBIS",
  "AMR",
  "MP2",
  "WMA",
  "WMA2",
  "WMAPRO",
]);
/**
 * Sound that Probe has no name for and MediaConvert decodes (user guide, supported input codecs), by the container's
 * names.
 */
const HEARD_UNNAMED = new Set([
  "samr",
  "sawb",
  "alac",
  "twos",
  "sowt",
  "lpcm",
  "in24",
  "in32",
  "fl32",
  "fl64",
  "raw ",
  "ulaw",
  "alaw",
]);

/** What people call a codec, by the container's name for it or Probe's. */
const NAMES: Record<string, string> = {
  AVC: "H.264",
  HEVC: "H.265 (HEVC)",
  MP4V: "MPEG-4",
  MJPEG: "Motion JPEG",
  PRORES: "ProRes",
  THEORA: "Theora",
  vvc1: "H.266 (VVC)",
  vvi1: "H.266 (VVC)",
  dvh1: "Dolby Vision",
  dvhe: "Dolby Vision",
  dav1: "Dolby Vision",
  hvc1: "H.265 (HEVC)",
  hev1: "H.265 (HEVC)",
  avc1: "H.264",
  av01: "AV1",
  vp09: "VP9",
  vp08: "VP8",
  CFHD: "CineForm",
  icod: "Apple Intermediate Codec",
  aprn: "ProRes RAW",
  aprh: "ProRes RAW",
  braw: "Blackmagic RAW",
  AVdn: "DNxHD",
  AVdh: "DNxHR",
  "dvc ": "DV",
  dvcp: "DV",
  dvpp: "DVCPRO",
  dv5p: "DVCPRO",
  mjp2: "JPEG 2000",
  s263: "H.263",
  h263: "H.263",
  SVQ1: "Sorenson",
  SVQ3: "Sorenson",
  cvid: "Cinepak",
  "rle ": "QuickTime Animation",
  "V_MS/VFW/FOURCC": "Video for Windows",
  "V_REAL/RV40": "RealVideo",
};

/**
 * A codec by the name people know it by; undefined where nothing says what it is. `written` is the container's own
 * name.
 */
export function name(codec: string | undefined, written: string | undefined): string | undefined {
  const known = NAMES[written ?? ""] ?? NAMES[codec ?? ""];
  if (known) return known;
  return codec && codec !== "UNKNOWN" ? codec : undefined;
}

/**
 * Whether MediaConvert can read a track's sound. Probe has no name for some that it can: then the container's decides.
 * Where neither is known the film is better silent than refused for its sound.
 */
export const isHeard = (codec: string | undefined, written: string | undefined): boolean =>
  HEARD.has(codec ?? "") || HEARD_UNNAMED.has(written ?? "");
