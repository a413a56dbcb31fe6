/** Requests a second, and how many may come at once (AWS: HTTP APIs, a token bucket). */
interface Throttle {
  throttlingRateLimit: number;
  throttlingBurstLimit: number;
}
const throttle = (perSecond: number, burst: number): Throttle => ({
  throttlingRateLimit: perSecond,
  throttlingBurstLimit: burst,
});

/** Each route by itself. The account's own limit is 10,000 a second, for all of its APIs together (AWS: quotas). */
export const EACH_ROUTE = throttle(1000, 2000);
/**
 * Each route that needs no sign-in. About as much as the functions that are reserved for them answer: a flood is told
 * 429 by the gateway and costs no invocation, and other routes go on.
 */
export const PUBLIC_ROUTE = throttle(500, 1000);
