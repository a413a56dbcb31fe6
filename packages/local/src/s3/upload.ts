import { first } from "../gate/query.ts";
import { discard } from "./commit.ts";
import type { Request, S3 } from "./context.ts";
import { invalidArgument, noSuchUpload } from "./errors.ts";
import type { Part, Upload } from "./uploads.ts";

const MAX_PARTS = 10_000;

/** The upload that the request names. Throws NoSuchUpload. */
export function openUpload(s3: S3, { bucket, key, query }: Request): Upload {
  const uploadId = first(query, "uploadId") ?? "";
  const upload = s3.uploads.find(bucket.name, key, uploadId);
  if (!upload) throw noSuchUpload(uploadId);
  return upload;
}

/** The number that the request gives its part. Throws InvalidArgument. */
export function parsePartNumber({ query }: Request): number {
  const given = first(query, "partNumber") ?? "";
  const partNumber = /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (partNumber >= 1 && partNumber <= MAX_PARTS) return partNumber;
  throw invalidArgument(`Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`, "partNumber", given);
}

/** Keeps the part, unless its upload has gone meanwhile; the part it replaces goes. */
export function commitPart(s3: S3, request: Request, { uploadId }: Upload, fresh: Omit<Part, "modifiedMs">): Part {
  return s3.world.store.transaction(() => {
    openUpload(s3, request);
    const part = { ...fresh, modifiedMs: s3.world.clock.now() };
    const before = s3.uploads.part(uploadId, part.partNumber);
    s3.uploads.putPart(uploadId, part);
    if (before) discard(s3, [before.bodyId]);
    return part;
  });
}
