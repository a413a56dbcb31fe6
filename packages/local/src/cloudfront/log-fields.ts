import type { IncomingMessage } from "node:http";
import type { Reply } from "./reply.ts";

/** A request and what came of it. */
export interface Exchange {
  request: IncomingMessage;
  reply: Reply;
  startedMs: number;
  endedMs: number;
  /** Headers included. */
  sentBytes: number;
}

const NONE = "-";
const seconds = (ms: number) => (ms / 1000).toFixed(3);
/**
 * Characters that CloudFront writes as `%20` and so on, an escape's own `%` too (developer guide, "Log file fields").
 * One character stands for one byte.
 */
const encoded = (text: string) =>
  text.replace(
    /[^\x21-\x7e]|["#%<>[\\\]^`{|}~]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );

const rangeOf = ({ reply }: Exchange) => /^bytes (\d+)-(\d+)\//.exec(reply.sent?.headers.get("content-range") ?? "");

/**
 * The fields of an access log by name, each as text (developer guide, "Configure standard logging" and "Log file
 * fields"). No more than these are written: what a viewer is told by is left out with its reason.
 */
export const VALUES: Record<string, (exchange: Exchange) => string> = {
  date: ({ endedMs }) => new Date(endedMs).toISOString().slice(0, 10),
  time: ({ endedMs }) => new Date(endedMs).toISOString().slice(11, 19),
  "cs-method": ({ request }) => request.method ?? NONE,
  "cs-uri-stem": ({ request }) => encoded((request.url ?? "").split("?")[0]!) || NONE,
  // 000: the viewer left before there was an answer.
  "sc-status": ({ reply }) => String(reply.sent?.status ?? "000"),
  "sc-bytes": ({ sentBytes }) => String(sentBytes),
  "sc-content-type": ({ reply }) => reply.sent?.headers.get("content-type") ?? NONE,
  "sc-range-start": (exchange) => rangeOf(exchange)?.[1] ?? NONE,
  "sc-range-end": (exchange) => rangeOf(exchange)?.[2] ?? NONE,
  "time-taken": ({ startedMs, endedMs }) => seconds(endedMs - startedMs),
  "x-edge-result-type": ({ reply }) => reply.sent?.result ?? "Error",
  "cs(Referer)": ({ request }) => encoded(request.headers.referer ?? "") || NONE,
  // A laptop's own address tells neither.
  "c-country": () => NONE,
  asn: () => NONE,
};
