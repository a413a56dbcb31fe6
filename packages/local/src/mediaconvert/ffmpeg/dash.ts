import { readFile } from "node:fs/promises";
import { XMLParser } from "fast-xml-parser";

/** A CMAF rendition as ffmpeg measured it. */
export interface Rendition {
  /** Durations of the segments in seconds, in order. */
  segments: number[];
  /** RFC 6381: `avc1.64001f`. */
  codecs: string;
}

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "", isArray: (name) => name === "S" });

/** Reads the manifest ffmpeg wrote for one rendition. */
export async function readManifest(file: string): Promise<Rendition> {
  const { MPD } = parser.parse(await readFile(file, "utf8"));
  const representation = MPD.Period.AdaptationSet.Representation;
  const template = representation.SegmentTemplate;
  const timescale = Number(template.timescale);
  const entries: { d: string; r?: string }[] = template.SegmentTimeline.S ?? [];
  const segments = entries.flatMap(({ d, r }) => Array<number>(1 + Number(r ?? 0)).fill(Number(d) / timescale));
  return { segments, codecs: representation.codecs };
}
