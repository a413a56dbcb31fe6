import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";

/** An object of a log. */
export interface Log {
  bucketName: string;
  key: string;
  body: Uint8Array;
}

export const linesOf = ({ body }: Log) => gunzipSync(body).toString().trimEnd().split("\n");

/** A directory that holds these objects by bucket and key until the test ends; the same key again is written over. */
export function holding(...logs: Log[]) {
  const directory = mkdtempSync(path.join(tmpdir(), "dropclip-athena-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const { bucketName, key, body } of logs) {
    const file = path.join(directory, bucketName, key);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, body);
  }
  return directory;
}
