import type { Api } from "../api/client.ts";
import type { Media, Upload } from "../api/schemas.ts";
import type { Context } from "../context.ts";

const POLL_MS = 500;
const LONGEST_POLL_MS = 4_000;
const BACK_OFF = 1.25;

/** Whether the pipeline has finished with this media, successfully or not. */
export function hasEnded({ status }: Pick<Media, "status">): boolean {
  return status !== "pending" && status !== "processing";
}

/**
 * Reads the record until every media has ended: twice a second while it changes, less often while it does not.
 * `onChange` gets each new version.
 */
export async function follow(
  { clock, signal }: Pick<Context, "clock" | "signal">,
  read: (etag?: string) => ReturnType<Api["read"]>,
  onChange: (upload: Upload) => void,
): Promise<Upload> {
  let etag: string | undefined;
  let seen: string | undefined;
  for (let waitMs = POLL_MS; ; ) {
    const answer = await read(etag);
    // A gateway may remove the ETag: then the text itself shows whether something has changed.
    const text = answer && JSON.stringify(answer.upload);
    waitMs = text && text !== seen ? POLL_MS : Math.min(waitMs * BACK_OFF, LONGEST_POLL_MS);
    if (answer && text !== seen) {
      etag = answer.etag;
      seen = text;
      onChange(answer.upload);
      if (answer.upload.media.every(hasEnded)) return answer.upload;
    }
    await clock.sleep(waitMs, signal);
  }
}
