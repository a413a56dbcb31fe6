import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { textOf } from "@dropclip/core/xml";
import type { PostForm } from "../api/schemas.ts";
import { CliError, Refusal, Transient } from "../errors.ts";
import type { MediaFile } from "../files/media-file.ts";
import { exchange, type HttpAnswer, type Slice } from "../net/http.ts";
import { isTransientStatus, type Patience, retryAfterMs, withRetries } from "../net/retry.ts";
import type { FileProgress } from "../progress/progress.ts";

/** S3's error codes for a file that breaks the form's policy. */
const POLICY_CODES = ["EntityTooLarge", "EntityTooSmall"];

/** Sends a file by a presigned form. Throws a `Refusal` when the form's policy does not allow it. */
export async function sendForm(
  patience: Patience,
  form: PostForm,
  file: MediaFile,
  progress: FileProgress,
): Promise<void> {
  const boundary = `dropclip-${randomUUID()}`;
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
  progress.resume(0);
  await withRetries(patience, file.name, async () => {
    // The boundaries and fields around the file are sent too, but do not count as bytes of the file.
    let left = file.bytes;
    const onSent = (bytes: number) => {
      const counted = Math.min(bytes, left);
      left -= counted;
      progress.add(counted);
    };
    const body = bodyOf(form, file, boundary);
    const { signal, clock } = patience;
    try {
      const answer = await exchange({ method: "POST", url: form.url, headers, body, signal, onSent });
      const failure = failureOf(file.name, answer, clock.now());
      if (failure) throw failure;
    } catch (error) {
      progress.add(left - file.bytes);
      throw error;
    }
  });
}

/** RFC 7578: the fields as they are, the file last, since S3 ignores what comes after it. */
function bodyOf({ fields }: PostForm, { path, name, type, bytes }: MediaFile, boundary: string): Slice {
  const part = (disposition: string, more = "") =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${more}\r\n`;
  const before = Object.entries(fields).map(([field, value]) => `${part(`name="${quoted(field)}"`)}${value}\r\n`);
  const head = Buffer.from(
    before.join("") + part(`name="file"; filename="${quoted(name)}"`, `content-type: ${type}\r\n`),
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    bytes: head.length + bytes + tail.length,
    open: () =>
      Readable.from(
        (async function* () {
          yield head;
          // Reads no further than the size that was announced, in case the file has grown.
          yield* createReadStream(path, { end: bytes - 1 });
          yield tail;
        })(),
        { objectMode: false },
      ),
  };
}

/** Percent-encodes quotes and line ends in the name, as browsers do. */
function quoted(name: string): string {
  return name.replace(
    /["\r\n]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

function failureOf(what: string, answer: HttpAnswer, now: number): Error | undefined {
  const { status, text } = answer;
  if (status < 300) return undefined;
  const code = textOf(text, "Code") ?? "without a reason";
  const message = textOf(text, "Message");
  if (isTransientStatus(status) || code === "RequestTimeout")
    return new Transient(`S3 answered ${status} ${code}${message ? `: ${message}` : ""}`, retryAfterMs(answer, now));
  const words = `${what}: S3 answered ${status} ${code}${message ? `: ${message}` : ""}`;
  return POLICY_CODES.includes(code) ? new Refusal(words) : new CliError(words);
}
