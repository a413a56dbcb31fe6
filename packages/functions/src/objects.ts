import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";

/** One client for every call to S3; region, credentials and endpoint come the SDK's usual way. */
export const s3 = new S3Client({});

/** `length` bytes of an object from `offset`; fewer at its end. */
export async function readRange(bucket: string, key: string, offset: number, length: number): Promise<Uint8Array> {
  const Range = `bytes=${offset}-${offset + length - 1}`;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
  return Body!.transformToByteArray();
}
