import { sendParts, type Way } from "./parts.ts";
import { ask } from "./s3.ts";
import type { Job, Sender } from "./sender.ts";
import { createSlots } from "./slots.ts";
import { createWidth } from "./width.ts";

/** S3 speaks HTTP/1.1, of which browsers open six connections to one host: more would only wait for each other. */
const AT_ONCE = 6;

/** Sends with the browser's own means: six files at a time, and six parts or files at a time in all. */
export function createSender(): Sender {
  const files = createSlots(AT_ONCE);
  const requests = createSlots(AT_ONCE);
  // What one file learns of the line is true of the next.
  const width = createWidth();
  return {
    send(job, watcher) {
      const isWhole = job.transfer.method === "put";
      let run = new AbortController();
      const begin = () => {
        const mine = new AbortController();
        run = mine;
        const { signal } = mine;
        const progress = (bytes: number) => {
          if (!signal.aborted) watcher.progress(bytes);
        };
        const end = (tell: () => void) => {
          if (signal.aborted) return;
          // What was broken off with it tells no more.
          mine.abort();
          tell();
        };
        const way = { requests, width, progress, signal };
        files(signal, () => (isWhole ? sendWhole(job, way) : sendParts(job, way))).then(
          () => end(watcher.sent),
          (error) => end(() => watcher.failed(error)),
        );
      };
      begin();
      return {
        pause: () => run.abort(),
        resume: begin,
        leave: () => run.abort(),
        cancel() {
          run.abort();
          const { signal } = new AbortController();
          // What is not given back, the bucket forgets by itself.
          if (!isWhole) ask(job, "AbortMultipartUpload", {}, { signal }).catch(() => {});
        },
      };
    },
  };
}

const sendWhole = async (job: Job, { requests, progress, signal }: Way) =>
  void (await requests(signal, () => ask(job, "PutObject", {}, { body: job.file, progress, signal })));
