import type { UploadMedia } from "../api/types.ts";
import { percent } from "./format.ts";
import { t } from "./index.ts";

/** Where a file stands, as its record says. */
export function stateOf({ status, progress, hidden, waiting }: UploadMedia): string {
  if (status === "complete") return hidden ? t.status.hidden : waiting ? t.status.review : t.status.complete;
  if (status === "processing" && progress > 0) return t.status.processingPercent(percent(progress / 100));
  return status === "failed" ? t.status.ours : t.status[status];
}
