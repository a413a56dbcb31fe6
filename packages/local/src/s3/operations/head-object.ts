import type { Operation } from "../context.ts";
import { find } from "../found.ts";

export const headObject: Operation = (s3, request) => {
  const { status, headers } = find(s3, request);
  return { status, headers };
};
