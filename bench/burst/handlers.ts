import { Clip } from "@dropclip/core/cost";
import { clipOf, type Upload } from "./uploads.ts";

/** Models of the handlers: what they return for valid files, and what they remember about them. */
export class Handlers {
  readonly #byKey: Map<string, Upload>;
  /** The execution that claimed an upload, by key. */
  readonly #claims = new Map<string, string>();
  #sweep: () => void = () => undefined;

  constructor(byKey: Map<string, Upload>) {
    this.#byKey = byKey;
  }

  claimed(key: string): string | undefined {
    return this.#claims.get(key);
  }

  /** Does what the handler `sweep` does. */
  onSweep(sweep: () => void) {
    this.#sweep = sweep;
  }

  /** How much longer a call takes for its file than the handler does for any: a film is put together. */
  extraMs(handler: string, event: any): number {
    const { clipSeconds } = (handler === "publish" && this.#byKey.get(event.media.key)) || {};
    return clipSeconds === undefined ? 0 : Clip.filmSeconds(clipOf(clipSeconds)) * 1000;
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

  /** As `Media.claim`: an upload is claimed once, by the first execution. */
  #claim({ key, bytes, executionArn }: { key: string; bytes: number; executionArn: string }) {
    if ((this.#claims.get(key) ?? executionArn) !== executionArn) return { route: "handled", media: null };
    this.#claims.set(key, executionArn);
    const [, eventId, , fanId, uploadId] = key.split("/");
    const { clipSeconds } = this.#byKey.get(key)!;
    // The job's metadata carries the key, so that its length can be found.
    const media = { key, eventId, fanId, uploadId, mediaId: key, bytes };
    return { route: clipSeconds === undefined ? "image" : "video", media };
  }
}
