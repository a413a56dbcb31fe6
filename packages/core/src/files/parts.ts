import { PARTS } from "../limits.ts";
import { elements, escapeXml, textOf } from "./xml.ts";

export interface Part {
  /** Part number, from 1. */
  number: number;
  start: number;
  bytes: number;
}

export interface StoredPart {
  number: number;
  etag: string;
  bytes: number;
}

/** Cuts a file of `bytes` into parts of `partBytes`; the last one is shorter. Throws where S3 takes no more so many. */
export function partsOf(bytes: number, partBytes: number): Part[] {
  const count = Math.ceil(bytes / partBytes);
  if (count > PARTS) throw new Error(`Parts of ${partBytes} bytes are too small for a file of ${bytes}.`);
  return Array.from({ length: count }, (_, index) => {
    const start = index * partBytes;
    return { number: index + 1, start, bytes: Math.min(partBytes, bytes - start) };
  });
}

/** One page of ListParts; `next` is the marker of the following page. */
export function readPartsPage(xml: string): { parts: StoredPart[]; next?: number } {
  const parts = elements(xml, "Part").map((part) => ({
    number: Number(textOf(part, "PartNumber")),
    etag: textOf(part, "ETag") ?? "",
    bytes: Number(textOf(part, "Size")),
  }));
  const next = Number(textOf(xml, "NextPartNumberMarker"));
  return textOf(xml, "IsTruncated") === "true" && next > 0 ? { parts, next } : { parts };
}

/** The body of CompleteMultipartUpload: S3 wants the parts in ascending order. */
export function completeBody(etags: Map<number, string>): string {
  const parts = [...etags].toSorted(([a], [b]) => a - b);
  const xml = parts.map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${xml.join("")}</CompleteMultipartUpload>`;
}
