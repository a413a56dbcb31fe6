export * as Parts from "./parts.ts";

import { MediaArrived } from "@dropclip/core/errors";
import { fn } from "@dropclip/core/fn";
import { Id, type Source, system } from "@dropclip/core/ids";
import { Multipart } from "@dropclip/core/multipart";
import { Sendable } from "@dropclip/core/sendable";
import type { Signable } from "@dropclip/core/signable";
import type { Multipart as Begun } from "@dropclip/core/signed";
import { User } from "@dropclip/core/user";
import * as v from "valibot";
import { S3Call } from "../aws/s3-call.ts";

const Input = v.object({ uploadId: Id, mediaId: Sendable.MediaId, ...User.Caller.entries });

/** When calls come at once, one is first and notes its multipart upload; the others find that one. */
const ATTEMPTS = 3;

/**
 * Begins the multipart upload that sends one pending file, or tells which one is under way: there is one at a time, and
 * nothing is signed for another. No client gets a signature that begins one: it could be used again and again.
 * Refuses what `Sendable.find` does, and `MediaArrived`.
 */
export const begin = fn(Input, async (input, source: Source = system): Promise<Begun> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const file = await Sendable.find(input, "multipart", source);
    const { key, s3UploadId: before } = file;
    const s3 = callsOf(file, source);
    if (before !== undefined) {
      if (await s3.hasUpload(before)) return { s3UploadId: before, key };
      // S3 also forgets what it has put together.
      if (await s3.hasObject()) throw MediaArrived();
    }
    const s3UploadId = await s3.create();
    if (await Multipart.note(input, s3UploadId, before)) return { s3UploadId, key };
    await s3.abort(s3UploadId);
  }
  throw new Error(`The multipart upload of ${input.uploadId}/${input.mediaId} was begun by others ${ATTEMPTS} times.`);
});

/** What is asked of S3 about one file, with the rights of who sends it. */
function callsOf({ bucket, key, type, identity }: Sendable.Sendable, source: Source) {
  const make = async (call: Omit<Signable.Call, "bucket" | "key">, expected: number[], at = key) => {
    const answer = await S3Call.make(identity, { ...call, bucket, key: at }, source.now());
    if (!expected.includes(answer.status))
      throw new Error(`S3 answered ${answer.status} to ${call.method} ${key}: ${answer.text}`);
    return answer;
  };
  return {
    async create(): Promise<string> {
      const call = { method: "POST" as const, query: { uploads: "" }, headers: { "content-type": type } };
      const { text } = await make(call, [200]);
      const s3UploadId = S3Call.element(text, "UploadId");
      if (!s3UploadId) throw new Error(`S3's answer names no multipart upload of ${key}: ${text}`);
      return s3UploadId;
    },
    async hasUpload(uploadId: string): Promise<boolean> {
      const { status } = await make({ method: "GET", query: { uploadId, "max-parts": "1" } }, [200, 404]);
      return status === 200;
    },
    /** By a list, since the role may not read what was sent. */
    async hasObject(): Promise<boolean> {
      const query = { "list-type": "2", prefix: key, "max-keys": "1" };
      const { text } = await make({ method: "GET", query }, [200], "");
      return S3Call.element(text, "Key") === key;
    },
    async abort(uploadId: string): Promise<void> {
      await make({ method: "DELETE", query: { uploadId } }, [204, 404]);
    },
  };
}
