import { isUnreachable } from "../api/problem.ts";

/** Pauses before a page asks again while nobody answers; the last one over and over. */
const PAUSES_MS = [2000, 5000, 15_000, 60_000];

/**
 * Asks, and asks again by itself for as long as nobody answers, and at once when the browser comes back online. Returns
 * what ends it.
 */
export function persist(ask: () => Promise<unknown>, problem: () => unknown): () => void {
  let timer = 0;
  let pauses = 0;
  let isLeft = false;
  const go = async () => {
    clearTimeout(timer);
    await ask();
    if (isLeft || !isUnreachable(problem())) return;
    timer = window.setTimeout(go, PAUSES_MS[Math.min(pauses++, PAUSES_MS.length - 1)]);
  };
  const retry = () => {
    if (problem()) void go();
  };
  void go();
  addEventListener("online", retry);
  return () => {
    isLeft = true;
    clearTimeout(timer);
    removeEventListener("online", retry);
  };
}
