import { type Stats, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { FileTypes } from "@dropclip/core/file-types";
import { CliError } from "../errors.ts";

/** A file to be sent, as it was when the command began. */
export interface MediaFile {
  /** Absolute path. */
  path: string;
  name: string;
  type: string;
  bytes: number;
  mtimeMs: number;
}

/** Checks the files that the user named; a `CliError` says which one cannot be sent and why. */
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
  const known = FileTypes.byName(path);
  if (!known)
    throw new CliError(`${shown} is neither a video nor a photo dropclip knows (${FileTypes.EXTENSIONS.join(", ")})`);
  return { path, name: basename(path), type: known.type, bytes: stats.size, mtimeMs: stats.mtimeMs };
}

function statOf(path: string, shown: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(code === "ENOENT" ? `${shown} does not exist` : `${shown} cannot be read (${code})`);
  }
}

/** Whether the file is unchanged: the same size and modification time. */
export function isUnchanged(file: Pick<MediaFile, "path" | "bytes" | "mtimeMs">): boolean {
  const stats = statSync(file.path, { throwIfNoEntry: false });
  return stats?.size === file.bytes && stats.mtimeMs === file.mtimeMs;
}
