import { AwsError } from "../../world.ts";
import { authorizeWrite } from "../authorize.ts";
import { type Algorithm, checksumIn, DEFAULT_ALGORITHM, headerOf, parseAlgorithm } from "../checksums.ts";
import { withBody } from "../commit.ts";
import type { Operation } from "../context.ts";
import { refuseHeaders } from "../described.ts";
import { bodyBytes, type PlainChecksum, receive } from "../payload.ts";
import { commitPart, openUpload, parsePartNumber } from "../upload.ts";
import type { Upload } from "../uploads.ts";

export const uploadPart: Operation = async (s3, request) => {
  authorizeWrite(s3, request);
  const partNumber = parsePartNumber(request);
  const upload = openUpload(s3, request);
  refuseHeaders(request.headers);
  checkAlgorithm(upload, request.headers);
  const keep = upload.algorithm ?? DEFAULT_ALGORITHM;
  let sent: PlainChecksum | undefined;
  const part = await withBody(s3, bodyBytes(request.headers), async (bodyId) => {
    const received = await receive(request, (pieces, seen) => s3.bodies.write(bodyId, pieces, seen), { keep });
    const { bytes, md5: etag, checksum } = received;
    sent = received.sent;
    return commitPart(s3, request, upload, { partNumber, bodyId, bytes, etag, checksum: checksum.value });
  });
  const { algorithm, value } = sent ?? { algorithm: keep, value: part.checksum };
  return {
    status: 200,
    headers: {
      etag: `"${part.etag}"`,
      "x-amz-server-side-encryption": "AES256",
      "content-length": 0,
      [headerOf(algorithm)]: value,
    },
  };
};

/**
 * A part's checksum must be of the algorithm that its upload was created with, and must be there where the upload's is
 * made of the parts'. An upload created without one takes any: SDKs send CRC32 with every part of their own accord.
 */
function checkAlgorithm({ algorithm, checksumType }: Upload, headers: Record<string, string>) {
  if (algorithm === undefined) return;
  const trailer = headers["x-amz-trailer"]?.trim().toLowerCase();
  const sent: Algorithm | undefined = trailer?.startsWith("x-amz-checksum-")
    ? parseAlgorithm(trailer.slice("x-amz-checksum-".length))
    : checksumIn(headers)?.algorithm;
  if (sent === algorithm || (sent === undefined && checksumType === "FULL_OBJECT")) return;
  const name = (one: Algorithm | undefined) => one?.toLowerCase() ?? "null";
  throw new AwsError(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${name(algorithm)}, actual checksum Type: ${name(sent)}`,
    400,
  );
}
