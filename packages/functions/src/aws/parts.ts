import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { s3 } from "./objects.ts";

export interface To {
  Bucket: string;
  Key: string;
  ContentType: string | undefined;
  Metadata?: Record<string, string> | undefined;
  /** As a query string. */
  Tagging?: string | undefined;
}

/**
 * Begins to write an object part by part: in any order, several at a time. It is there once `finish` has ended; parts
 * left by a failed attempt are removed by the bucket's lifecycle rule.
 */
export async function begin(to: To) {
  const { UploadId } = await s3().send(new CreateMultipartUploadCommand(to));
  const { Bucket, Key } = to;
  const upload = { Bucket, Key, UploadId };
  const parts: CompletedPart[] = [];
  // The SDK chose a checksum when the upload began; at the end S3 wants it again for every part.
  const keep = (PartNumber: number, { ETag, ChecksumCRC32 }: CompletedPart = {}) => {
    parts[PartNumber - 1] = { PartNumber, ETag, ChecksumCRC32 };
  };
  return {
    /** Parts are numbered from 1. */
    async send(PartNumber: number, Body: Buffer) {
      keep(PartNumber, await s3().send(new UploadPartCommand({ ...upload, PartNumber, Body })));
    },
    /** A part that is bytes of another object of the bucket: S3 copies it by itself. */
    async copy(PartNumber: number, key: string, from: number, to: number) {
      const source = { CopySource: `${Bucket}/${key}`, CopySourceRange: `bytes=${from}-${to}` };
      keep(
        PartNumber,
        (await s3().send(new UploadPartCopyCommand({ ...upload, PartNumber, ...source }))).CopyPartResult,
      );
    },
    finish: () => s3().send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } })),
  };
}
