import { createReadStream } from "node:fs";
import { authorizeWrite } from "../authorize.ts";
import { DEFAULT_ALGORITHM, elementOf } from "../checksums.ts";
import { withBody } from "../commit.ts";
import { parseRange } from "../conditions.ts";
import type { Operation } from "../context.ts";
import { invalidArgument } from "../errors.ts";
import { isoSeconds, xml } from "../output.ts";
import { Digest, MAX_PUT_BYTES } from "../payload.ts";
import { copySource } from "../source.ts";
import { commitPart, openUpload, parsePartNumber } from "../upload.ts";

export const uploadPartCopy: Operation = async (s3, request) => {
  authorizeWrite(s3, request);
  const partNumber = parsePartNumber(request);
  const upload = openUpload(s3, request);
  const source = copySource(s3, request);
  const algorithm = upload.algorithm ?? DEFAULT_ALGORITHM;
  const range = copyRange(request.headers["x-amz-copy-source-range"], source.bytes);
  const bytes = range ? range.end - range.start + 1 : source.bytes;
  const part = await withBody(s3, bytes, async (bodyId) => {
    const descriptor = s3.bodies.open(source.bodyId);
    const digest = new Digest(algorithm);
    const body = createReadStream("", { fd: descriptor, start: 0, ...range, highWaterMark: 2 ** 20 });
    await s3.bodies.write(bodyId, body, digest.update);
    const { bytes, md5: etag, checksum } = digest.finish();
    return commitPart(s3, request, upload, { partNumber, bodyId, bytes, etag, checksum: checksum.value });
  });
  return xml("CopyPartResult", {
    LastModified: isoSeconds(part.modifiedMs),
    ETag: `"${part.etag}"`,
    [elementOf(algorithm)]: part.checksum,
  });
};

function copyRange(header: string | undefined, bytes: number) {
  if (header === undefined) {
    if (bytes > MAX_PUT_BYTES)
      throw invalidArgument("The copy source is larger than a part may be.", "x-amz-copy-source", "");
    return undefined;
  }
  const invalid = () =>
    invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      header,
    );
  const last = /^bytes=\d+-(\d+)$/.exec(header)?.[1];
  if (last === undefined) throw invalid();
  if (Number(last) >= bytes)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${bytes}`,
      "x-amz-copy-source-range",
      header,
    );
  const range = parseRange(header, bytes);
  if (!range) throw invalid();
  return range;
}
