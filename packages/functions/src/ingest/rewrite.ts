import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { s3 } from "../aws/objects.ts";
import { each } from "../each.ts";

const MB = 1024 * 1024;
/** Bytes. A smaller object is written whole; a larger one gets a first part of this size (S3's minimum is 5 MiB). */
const HEAD_BYTES = 16 * MB;
/** Bytes. S3 copies up to 5 GiB as one part; smaller parts can be copied in parallel. */
const COPY_BYTES = 256 * MB;

/**
 * Changes an object's beginning in place: `change` is given up to 16 MiB of it, may alter its bytes, and tells whether
 * it did. S3 cannot write a part of an object: what follows is copied within S3. Its content type stays, other metadata
 * goes.
 */
export async function rewrite(Bucket: string, Key: string, change: (head: Buffer) => boolean): Promise<void> {
  const Range = `bytes=0-${HEAD_BYTES - 1}`;
  const { Body, ContentRange, ContentType } = await s3().send(new GetObjectCommand({ Bucket, Key, Range }));
  const head = Buffer.from(await Body!.transformToByteArray());
  if (!change(head)) return;
  const bytes = Number(ContentRange!.split("/").at(-1));
  if (bytes <= head.length) await s3().send(new PutObjectCommand({ Bucket, Key, ContentType, Body: head }));
  else await join({ Bucket, Key, ContentType }, head, bytes);
}

/** Parts left by a failed attempt are removed by the bucket's lifecycle rule. */
async function join(to: { Bucket: string; Key: string; ContentType: string | undefined }, head: Buffer, bytes: number) {
  const { UploadId } = await s3().send(new CreateMultipartUploadCommand(to));
  const { Bucket, Key } = to;
  const upload = { Bucket, Key, UploadId };
  const parts: CompletedPart[] = [];
  // The SDK chose a checksum when the upload began; at the end S3 wants it again for every part.
  const keep = (PartNumber: number, { ETag, ChecksumCRC32 }: CompletedPart = {}) => {
    parts[PartNumber - 1] = { PartNumber, ETag, ChecksumCRC32 };
  };
  keep(1, await s3().send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: head })));
  await each(ranges(head.length, bytes), async ({ PartNumber, CopySourceRange }) => {
    const part = { ...upload, PartNumber, CopySource: `${Bucket}/${Key}`, CopySourceRange };
    keep(PartNumber, (await s3().send(new UploadPartCopyCommand(part))).CopyPartResult);
  });
  await s3().send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
}

async function* ranges(start: number, end: number) {
  for (let at = start, PartNumber = 2; at < end; at += COPY_BYTES, PartNumber++)
    yield { PartNumber, CopySourceRange: `bytes=${at}-${Math.min(end, at + COPY_BYTES) - 1}` };
}
