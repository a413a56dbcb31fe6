import type { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type MultipartUpload,
  NoSuchUpload,
  PutObjectTaggingCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { HIDDEN_TAG } from "@dropclip/core/keys";
import { each } from "../each.ts";
import { lazily } from "./lazily.ts";

/** One client for every call to S3; region, credentials and endpoint come the SDK's usual way. */
export const s3 = lazily(() => new S3Client({}));

/** Whether S3 answered that there is no such object. */
export const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;

/** `length` bytes of an object from `offset`; fewer at its end. */
export async function readRange(bucket: string, key: string, offset: number, length: number): Promise<Uint8Array> {
  const Range = `bytes=${offset}-${offset + length - 1}`;
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
  return Body!.transformToByteArray();
}

/** All bytes of an object. */
export async function readWhole(Bucket: string, Key: string): Promise<Uint8Array> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
  return Body!.transformToByteArray();
}

/** The bytes of an object, as they come. */
export async function open(bucket: string, key: string): Promise<Readable> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  // What the SDK gives in Node.js.
  return Body as Readable;
}

/** Objects whose keys begin with `prefix`. */
export async function* objectsBelow(Bucket: string, Prefix: string): AsyncGenerator<{ key: string; bytes: number }> {
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket, Prefix, ...(token ? { ContinuationToken: token } : {}) });
    const { Contents = [], NextContinuationToken } = await s3().send(command);
    for (const { Key, Size } of Contents) yield { key: Key!, bytes: Size! };
    token = NextContinuationToken;
  } while (token);
}

/** Their keys. */
export async function* keysBelow(bucket: string, prefix: string): AsyncGenerator<string> {
  for await (const { key } of objectsBelow(bucket, prefix)) yield key;
}

/** Whether there is any object below `prefix`. */
export async function isAnyBelow(Bucket: string, Prefix: string): Promise<boolean> {
  const { KeyCount = 0 } = await s3().send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }));
  return KeyCount > 0;
}

/** Deletes all objects below `prefix`; returns their number. */
export async function removeBelow(Bucket: string, prefix: string): Promise<number> {
  let removed = 0;
  await each(keysBelow(Bucket, prefix), async (Key) => {
    await s3().send(new DeleteObjectCommand({ Bucket, Key }));
    removed++;
  });
  return removed;
}

/**
 * Aborts multipart uploads below `prefix`, which removes their parts; not those that `spared` names, and at most about
 * `most`. Returns their number.
 */
export async function abortBelow(
  Bucket: string,
  Prefix: string,
  most = Infinity,
  spared: (upload: MultipartUpload) => boolean = () => false,
): Promise<number> {
  let aborted = 0;
  const abort = async ({ Key, UploadId }: MultipartUpload) => {
    try {
      await s3().send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      aborted++;
    } catch (error) {
      // Ended meanwhile.
      if (!(error instanceof NoSuchUpload)) throw error;
    }
  };
  for (;;) {
    // Listed uploads are gone, so every page is the first page of the rest. The few spared ones stay in it.
    const { Uploads = [], IsTruncated } = await s3().send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
    const before = aborted;
    await each(Uploads.filter((upload) => !spared(upload)).slice(0, most - aborted), abort);
    if (!IsTruncated || aborted >= most || aborted === before) return aborted;
  }
}

const HIDDEN = { Key: HIDDEN_TAG.key, Value: HIDDEN_TAG.value };

/** Sets or removes the objects' tag `hidden`. A key that ends in a slash stands for all below it. */
export async function setHidden(Bucket: string, keys: string[], hidden: boolean): Promise<void> {
  await each(expand(Bucket, keys), (Key) =>
    hidden
      ? s3().send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [HIDDEN] } }))
      : s3().send(new DeleteObjectTaggingCommand({ Bucket, Key })),
  );
}

async function* expand(bucket: string, keys: string[]) {
  for (const key of keys) {
    if (key.endsWith("/")) yield* keysBelow(bucket, key);
    else yield key;
  }
}
