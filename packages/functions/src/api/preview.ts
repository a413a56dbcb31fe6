export * as Preview from "./preview.ts";

import { type Source, system } from "@dropclip/core/ids";
import { Preview } from "@dropclip/core/preview";
import type { Preview as Signed } from "@dropclip/core/signed";
import { Signer } from "../aws/signer.ts";

/** Signed URLs of a complete media, hidden or not, for its event's creative. Refuses what `Preview.calls` does. */
export async function sign(input: Parameters<typeof Preview.calls>[0], source: Source = system): Promise<Signed> {
  const { requests, expiresAt } = await Signer.presign(await Preview.calls(input), source.now());
  const [content, thumbnail] = requests;
  return { urls: { content: content!.url, thumbnail: thumbnail!.url }, expiresAt };
}
