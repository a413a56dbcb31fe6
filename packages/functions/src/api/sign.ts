export * as Sign from "./sign.ts";

import { type Source, system } from "@dropclip/core/ids";
import { Sendable } from "@dropclip/core/sendable";
import type { Requests } from "@dropclip/core/signed";
import { Signer } from "../aws/signer.ts";

/**
 * Signs S3 calls that send one pending media's bytes. URLs live 15 minutes, and can do what the role of their user may
 * do in this directory. Refuses what `Sendable.calls` does.
 */
export const sign = async (input: Parameters<typeof Sendable.calls>[0], source: Source = system): Promise<Requests> =>
  Signer.presign(await Sendable.calls(input, source), source.now());
