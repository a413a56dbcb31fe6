import { type Stats, statSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { CliError } from "../errors.ts";

/** What the API takes, by extension. */
const CONTENT_TYPES: Record<string, string> = {
  mp4: "video/mp4",
  mov: "video/quicktime",
  m4v: "video/x-m4v",
  webm: "video/webm",
  mkv: "video/x-matroska",
  avi: "video/x-msvideo",
  "3gp": "video/3gpp",
  mts: "video/mp2t",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  heic: "image/heic",
  heif: "image/heif",
  avif: "image/avif",
  gif: "image/gif",
};

/** A file about to be sent, as it was when the command began. */
export interface MediaFile {
  /** Absolute. */
  path: string;
  name: string;
  type: string;
  bytes: number;
  mtimeMs: number;
}

/** Looks at what the user named; a `CliError` says which of it cannot be sent and why. */
export function inspect(paths: string[]): MediaFile[] {
  const files = paths.map((path) => inspectOne(resolve(path), path));
  const twice = files.find((file, index) => files.findIndex((other) => other.path === file.path) !== index);
  if (twice) throw new CliError(`${twice.name} is named twice`);
  return files;
}

function inspectOne(path: string, shown: string): MediaFile {
  const stats = statOf(path, shown);
  if (!stats.isFile()) throw new CliError(`${shown} is not a file`);
  if (stats.size === 0) throw new CliError(`${shown} is empty`);
  const extension = extname(path).slice(1).toLowerCase();
  const type = CONTENT_TYPES[extension];
  if (!type) {
    const known = Object.keys(CONTENT_TYPES).join(", ");
    throw new CliError(`${shown} is neither a video nor a photo dropclip knows (${known})`);
  }
  return { path, name: basename(path), type, bytes: stats.size, mtimeMs: stats.mtimeMs };
}

function statOf(path: string, shown: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(code === "ENOENT" ? `${shown} does not exist` : `${shown} cannot be read (${code})`);
  }
}

/** Whether the file still is what it was: the same size, not written to since. */
export function isUnchanged(file: Pick<MediaFile, "path" | "bytes" | "mtimeMs">): boolean {
  const stats = statSync(file.path, { throwIfNoEntry: false });
  return stats?.size === file.bytes && stats.mtimeMs === file.mtimeMs;
}
