import { CopyObjectCommand, DeleteObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { each } from "../each.ts";
import { isMissing, objectsBelow, s3 } from "./objects.ts";
import { begin } from "./parts.ts";

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
  const upload = await begin({ Bucket, Key, ContentType, Metadata, Tagging });
  const parts = Array.from({ length: Math.ceil(bytes / copyBytes) }, (_, index) => index);
  await each(parts, (index) => {
    const start = index * copyBytes;
    return upload.copy(index + 1, from, start, Math.min(bytes, start + copyBytes) - 1);
  });
  await upload.finish();
}
