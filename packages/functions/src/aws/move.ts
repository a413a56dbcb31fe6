import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { each } from "../each.ts";
import { isMissing, objectsBelow, s3 } from "./objects.ts";

const MB = 1024 * 1024;
/** Bytes. S3 copies up to 5 GiB at once (AWS: CopyObject); parts of a large object are copied at the same time. */
const COPY_BYTES = 256 * MB;

interface Move {
  bucket: string;
  /** What the keys of the objects begin with. */
  below: string;
  /** Where each goes. */
  to: (key: string) => string;
  /** The tag that the objects get, as `key=value`; of those they had none stays. */
  tag?: string | undefined;
  copyBytes?: number;
}

/**
 * Moves objects within a bucket, and returns their number. Safe to repeat at any point, and at the same time: one that
 * another run has moved in between is there already.
 */
export async function move({ bucket, below, to, tag, copyBytes = COPY_BYTES }: Move): Promise<number> {
  let moved = 0;
  await each(objectsBelow(bucket, below), async ({ key, bytes }) => {
    try {
      await copy({ Bucket: bucket, from: key, Key: to(key), tag, bytes, copyBytes });
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    moved++;
  });
  return moved;
}

interface Copy {
  Bucket: string;
  from: string;
  Key: string;
  tag: string | undefined;
  bytes: number;
  copyBytes: number;
}

async function copy({ Bucket, from, Key, tag: Tagging, bytes, copyBytes }: Copy) {
  const CopySource = `${Bucket}/${from}`;
  if (bytes <= copyBytes) {
    await s3().send(new CopyObjectCommand({ Bucket, Key, CopySource, TaggingDirective: "REPLACE", Tagging }));
    return;
  }
  const { ContentType, Metadata } = await s3().send(new HeadObjectCommand({ Bucket, Key: from }));
  const { UploadId } = await s3().send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType, Metadata, Tagging }),
  );
  const parts: CompletedPart[] = [];
  // Parts left by a failed attempt are removed by the bucket's lifecycle rule.
  await each(ranges(bytes, copyBytes), async ({ PartNumber, CopySourceRange }) => {
    const part = { Bucket, Key, UploadId, PartNumber, CopySource, CopySourceRange };
    const { CopyPartResult } = await s3().send(new UploadPartCopyCommand(part));
    // The SDK chose a checksum when the upload began; at the end S3 wants it again for every part.
    parts[PartNumber - 1] = {
      ...{ PartNumber, ETag: CopyPartResult?.ETag, ChecksumCRC32: CopyPartResult?.ChecksumCRC32 },
    };
  });
  await s3().send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: parts } }));
}

function* ranges(bytes: number, copyBytes: number) {
  for (let at = 0, PartNumber = 1; at < bytes; at += copyBytes, PartNumber++)
    yield { PartNumber, CopySourceRange: `bytes=${at}-${Math.min(bytes, at + copyBytes) - 1}` };
}
