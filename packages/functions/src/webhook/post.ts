import { DELIVERY_TIMEOUT_MS } from "@dropclip/core/limits";
import type { Webhook } from "@dropclip/core/webhook";

/** By these a receiver says that it is no more (Standard Webhooks). */
const GONE = 410;
/** What `AbortSignal.timeout` throws. */
const TIMEOUT = "TimeoutError";

/**
 * Sends one message and reads no more of the answer than its status. A redirect is not followed: what is signed for one
 * address is for no other. Never throws.
 */
export async function post(
  url: string,
  { body, headers }: { body: string; headers: Record<string, string> },
  timeoutMs = DELIVERY_TIMEOUT_MS,
): Promise<Webhook.Outcome> {
  const begun = performance.now();
  const took = () => Math.round(performance.now() - begun);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "user-agent": "dropclip" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = response;
    const ms = took();
    await response.body?.cancel();
    const result = response.ok ? "delivered" : status === GONE ? "gone" : "failed";
    return { result, answer: String(status), ms };
  } catch (error) {
    const answer = reasonOf(error as Error);
    return { result: answer === TIMEOUT ? "slow" : "failed", answer, ms: took() };
  }
}

/** `ECONNREFUSED`, for example: fetch itself only says that it failed. */
function reasonOf({ name, message, cause }: Error): string {
  if (name === TIMEOUT) return name;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : message;
}
