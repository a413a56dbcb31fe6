import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { s3 } from "../aws/objects.ts";

/**
 * Changes a small object in place: `change` is given its bytes, may alter them, and tells whether it did. Its content
 * type stays, other metadata goes.
 */
export async function rewrite(Bucket: string, Key: string, change: (file: Buffer) => boolean): Promise<void> {
  const { Body, ContentType } = await s3().send(new GetObjectCommand({ Bucket, Key }));
  const file = Buffer.from(await Body!.transformToByteArray());
  if (change(file)) await s3().send(new PutObjectCommand({ Bucket, Key, ContentType, Body: file }));
}
