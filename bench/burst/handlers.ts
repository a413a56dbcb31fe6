import type { Upload } from "./uploads.ts";

/** What the handlers return for files that are as they should be, and what they remember of them. */
export class Handlers {
  readonly #byKey: Map<string, Upload>;
  /** The execution that has taken an upload on, by key. */
  readonly #claims = new Map<string, string>();
  #sweep: () => void = () => undefined;

  constructor(byKey: Map<string, Upload>) {
    this.#byKey = byKey;
  }

  claimed(key: string): string | undefined {
    return this.#claims.get(key);
  }

  /** What the handler `sweep` does. */
  onSweep(sweep: () => void) {
    this.#sweep = sweep;
  }

  answer(handler: string, event: any): unknown {
    if (handler === "claim-upload") return this.#claim(event);
    if (handler === "publish-image") return { route: "publish", image: { width: 4032, height: 3024 } };
    if (handler === "publish") return { outcome: "done" };
    if (handler === "sweep") this.#sweep();
    if (handler !== "plan-transcode") return null;
    const video = { width: 1920, height: 1080, durationMs: 45_000 };
    return { route: "transcode", copyTo: `${event.media.key}/video.mp4`, settings: { Inputs: [] }, video };
  }

  /** As `Media.claim`: an upload is taken on once, by whoever comes first. */
  #claim({ key, bytes, executionArn }: { key: string; bytes: number; executionArn: string }) {
    if ((this.#claims.get(key) ?? executionArn) !== executionArn) return { route: "handled", media: null };
    this.#claims.set(key, executionArn);
    const [, eventId, , fanId, uploadId] = key.split("/");
    const { clipSeconds } = this.#byKey.get(key)!;
    // The job's metadata carries the key, by which its length is found.
    const media = { key, eventId, fanId, uploadId, mediaId: key, bytes };
    return { route: clipSeconds === undefined ? "image" : "video", media };
  }
}
