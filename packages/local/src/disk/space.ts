import { statfsSync } from "node:fs";

const KB = 1024;
const MB = KB * KB;
const GB = KB * MB;

/** Room on the file system that holds a folder. */
export interface Space {
  /** What an ordinary user may still write. */
  freeBytes: number;
  totalBytes: number;
}

export function spaceOf(directory: string): Space {
  const { bavail, blocks, bsize } = statfsSync(directory);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Kept free on a large disk, and the share of a smaller one. */
const RESERVE_BYTES = GB;
const RESERVE_SHARE = 0.02;
/** However small the disk: two databases with their logs and the functions' bundles need about so much beside them. */
const LEAST_RESERVE_BYTES = 16 * MB;

/**
 * What is kept free for the databases, so that what is known stays writable when files fill the disk: 1 GB, or 2 % of a
 * disk below 50 GB.
 */
export function reserveOf(totalBytes: number): number {
  return Math.min(RESERVE_BYTES, Math.max(LEAST_RESERVE_BYTES, Math.floor(totalBytes * RESERVE_SHARE)));
}

/** `812 MB`, `3.4 GB`. */
export function bytesText(bytes: number): string {
  if (bytes >= GB) return `${(bytes / GB).toFixed(1)} GB`;
  return bytes >= MB ? `${Math.floor(bytes / MB)} MB` : `${Math.ceil(bytes / KB)} KB`;
}
