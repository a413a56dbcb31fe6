/** A value of ITU-T H.273, which containers, codecs, ffmpeg's options and Probe all count by. */
export interface CodePoint {
  /** The number, which every option of ffmpeg takes: its names differ from option to option. */
  code: number;
  /** Probe's name for it; UNSPECIFIED where Probe has none. */
  probe: string;
}

type Table = Readonly<Record<string, CodePoint>>;
const point = (code: number, probe: string): CodePoint => ({ code, probe });

/**
 * By ffprobe's names, as ffmpeg 5 to 8 write them. What is not here ("unknown", "reserved", a name to come) says
 * nothing.
 */
export const PRIMARIES: Table = {
  bt709: point(1, "ITU_709"),
  bt470m: point(4, "ITU_470M"),
  bt470bg: point(5, "ITU_470BG"),
  smpte170m: point(6, "SMPTE_170M"),
  smpte240m: point(7, "SMPTE_240M"),
  film: point(8, "GENERIC_FILM"),
  bt2020: point(9, "ITU_2020"),
  smpte428: point(10, "SMPTE_428_1"),
  smpte431: point(11, "SMPTE_431_2"),
  smpte432: point(12, "SMPTE_EG_432_1"),
  ebu3213: point(22, "EBU_3213_E"),
  "jedec-p22": point(22, "EBU_3213_E"),
};

export const TRANSFERS: Table = {
  bt709: point(1, "ITU_709"),
  bt470m: point(4, "ITU_470M"),
  gamma22: point(4, "ITU_470M"),
  bt470bg: point(5, "ITU_470BG"),
  gamma28: point(5, "ITU_470BG"),
  smpte170m: point(6, "SMPTE_170M"),
  smpte240m: point(7, "SMPTE_240M"),
  linear: point(8, "LINEAR"),
  log100: point(9, "LOG10_2"),
  log316: point(10, "LOC10_2_5"),
  "iec61966-2-4": point(11, "IEC_61966_2_4"),
  bt1361e: point(12, "ITU_1361"),
  "iec61966-2-1": point(13, "IEC_61966_2_1"),
  "bt2020-10": point(14, "ITU_2020_10bit"),
  "bt2020-12": point(15, "ITU_2020_12bit"),
  smpte2084: point(16, "SMPTE_2084"),
  smpte428: point(17, "SMPTE_428_1"),
  "arib-std-b67": point(18, "ARIB_B67"),
};

export const MATRICES: Table = {
  gbr: point(0, "RGB"),
  bt709: point(1, "ITU_709"),
  fcc: point(4, "FCC"),
  bt470bg: point(5, "ITU_470BG"),
  smpte170m: point(6, "SMPTE_170M"),
  smpte240m: point(7, "SMPTE_240M"),
  ycgco: point(8, "YCgCo"),
  bt2020nc: point(9, "ITU_2020_NCL"),
  bt2020c: point(10, "ITU_2020_CL"),
  smpte2085: point(11, "SMPTE_2085"),
  "chroma-derived-nc": point(12, "CD_NCL"),
  "chroma-derived-c": point(13, "CD_CL"),
  ictcp: point(14, "ITU_2100ICtCp"),
  "ipt-c2": point(15, "IPT"),
  "ycgco-re": point(16, "UNSPECIFIED"),
  "ycgco-ro": point(17, "UNSPECIFIED"),
};

/** The name when the table has it: what ffprobe writes for "not said", or for values to come, becomes undefined. */
export const known = (table: Table, name: string | undefined) =>
  name !== undefined && Object.hasOwn(table, name) ? name : undefined;
