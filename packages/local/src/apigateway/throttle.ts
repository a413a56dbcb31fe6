import type { Route } from "@dropclip/synth/cloud";
import type { Clock } from "../clock.ts";

interface Bucket {
  tokens: number;
  filledMs: number;
}

/**
 * Whether a route takes one more request now: a token bucket for each, that holds `burst` and is filled with
 * `perSecond` (AWS: throttling of HTTP APIs). AWS counts about; this exactly. It answers 429 without Retry-After,
 * so what calls it must know by itself when to come back.
 */
export function throttles(clock: Pick<Clock, "now">): (route: Route) => boolean {
  const buckets = new Map<string, Bucket>();
  return ({ routeKey, throttle }) => {
    if (!throttle) return true;
    const { perSecond, burst } = throttle;
    const now = clock.now();
    const bucket = buckets.get(routeKey) ?? { tokens: burst, filledMs: now };
    buckets.set(routeKey, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.filledMs) / 1000) * perSecond);
    bucket.filledMs = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  };
}
