export * as S3Call from "./s3-call.ts";

import type { Signable } from "@dropclip/core/signable";
import { Signer } from "./signer.ts";

const ATTEMPTS = 3;
/** Time limit of each attempt: less than half of the 30 seconds that API Gateway waits (AWS). */
const TIMEOUT_MS = 4000;
const BACKOFF_MS = 100;

export interface S3Answer {
  status: number;
  text: string;
}

/**
 * Makes one call to S3 with the rights of the identity; returns an answer below 500. It does without the S3 SDK, which
 * every cold start of the function would load.
 */
export const make = async (identity: Signable.Identity, call: Signable.Call, nowMs: number): Promise<S3Answer> =>
  deliver(await Signer.authorize(identity, call, nowMs));

/** Sends the signed call; retries what S3 cannot do now, with full jitter, and throws after the last try. */
export async function deliver({ method, url, key, headers }: Signer.SignedRequest, wait = pause): Promise<S3Answer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await once(url, { method, headers }).catch((error: Error) => error);
    if (!(answer instanceof Error) && answer.status < 500) return answer;
    if (attempt === ATTEMPTS) throw new Error(`S3 did not do ${method} ${key}: ${reasonOf(answer)}`);
    await wait(Math.random() * BACKOFF_MS * 2 ** attempt);
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function once(url: string, init: { method: string; headers: Record<string, string> }): Promise<S3Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  return { status: response.status, text: await response.text() };
}

const reasonOf = (answer: S3Answer | Error) =>
  answer instanceof Error ? (answer.cause ?? answer) : `${answer.status} ${answer.text}`;

/** The text of an element of S3's XML; undefined where it is not there. */
export function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => ENTITIES[entity] ?? "");
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
