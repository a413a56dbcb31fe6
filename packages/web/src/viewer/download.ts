import { call } from "../api/call.ts";
import type { Media } from "../api/types.ts";
import { underWay } from "../ui/under-way.ts";

/**
 * Keeps a published media on the reader's device, by an address that S3 answers with `Content-Disposition: attachment`:
 * the browser goes there and stays where it is, however large the file. No directive of the page's policy speaks of
 * where links lead, and a frame would need `frame-src`.
 */
export async function download({ uploadId, mediaId }: Media) {
  const { url } = await call("get", "/uploads/{uploadId}/media/{mediaId}/download", { path: { uploadId, mediaId } });
  const link = document.createElement("a");
  link.href = url;
  link.rel = "noreferrer";
  // Otherwise the page is asked whether it may be left while it sends. A new tab closes itself at once.
  if (underWay.value) link.target = "_blank";
  link.click();
}
