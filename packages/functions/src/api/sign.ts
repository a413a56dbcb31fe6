export * as Sign from "./sign.ts";

import { type Source, system } from "@dropclip/core/ids";
import { Sendable } from "@dropclip/core/sendable";
import * as v from "valibot";
import { Signer } from "../aws/signer.ts";

export const Answer = v.object({
  requests: v.array(
    v.object({
      method: v.string(),
      url: v.string(),
      key: v.string(),
      headers: v.record(v.string(), v.string()),
      partNumber: v.optional(v.number()),
    }),
  ),
  expiresAt: v.string(),
});

/**
 * Signs S3 calls that send one pending media's bytes. URLs live 15 minutes, and can do what the role of their user may
 * do in this directory. Refuses what `Sendable.calls` does.
 */
export const sign = async (
  input: Parameters<typeof Sendable.calls>[0],
  source: Source = system,
): Promise<v.InferOutput<typeof Answer>> => Signer.presign(await Sendable.calls(input, source), source.now());
