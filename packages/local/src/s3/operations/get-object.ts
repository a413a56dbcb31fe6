import { closeSync, createReadStream } from "node:fs";
import type { Operation } from "../context.ts";
import { find } from "../found.ts";

export const getObject: Operation = (s3, request) => {
  const { object, status, range, headers } = find(s3, request);
  if (status === 304) return { status, headers };
  // Opened in the turn that read the row: a replaced object's file may be unlinked in the next.
  const descriptor = s3.bodies.open(object.bodyId);
  if (object.bytes === 0) {
    closeSync(descriptor);
    return { status, headers };
  }
  const body = createReadStream("", { fd: descriptor, start: 0, ...range, highWaterMark: 256 * 1024 });
  return { status, headers, body };
};
