import { createServer } from "node:net";
import lighthouse, { desktopConfig } from "lighthouse";
import { chromium } from "playwright-core";
import { findChromium, NO_CHROMIUM } from "../../e2e/index.ts";

const RUNS = 3;

/** What a page is worth to those who open it, by Lighthouse; times in seconds, scores from 0 to 1. */
export interface Worth {
  performance: number;
  accessibility: number;
  largestPaintSeconds: number;
  firstPaintSeconds: number;
  blockingMs: number;
  layoutShift: number;
}

/** Lighthouse's figures of a page, each the median of some runs in a browser of their own. */
export async function measure(url: string, form: "mobile" | "desktop"): Promise<Worth> {
  const all: Worth[] = [];
  for (let run = 0; run < RUNS; run++) all.push(await look(url, form));
  const median = (name: keyof Worth) => all.map((one) => one[name]).toSorted((a, b) => a - b)[Math.floor(RUNS / 2)]!;
  const names = Object.keys(all[0]!) as (keyof Worth)[];
  return Object.fromEntries(names.map((name) => [name, median(name)])) as unknown as Worth;
}

async function look(url: string, form: "mobile" | "desktop"): Promise<Worth> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(NO_CHROMIUM);
  const port = await freePort();
  const args = ["--no-sandbox", `--remote-debugging-port=${port}`];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const flags = {
      port,
      logLevel: "silent" as const,
      onlyCategories: ["performance", "accessibility"],
      enableErrorReporting: false,
    };
    const result = await lighthouse(url, flags, form === "desktop" ? desktopConfig : undefined);
    if (!result) throw new Error(`Lighthouse said nothing of ${url}`);
    const { categories, audits, runtimeError } = result.lhr;
    if (runtimeError) throw new Error(`Lighthouse: ${runtimeError.message}`);
    tell(categories, audits);
    const score = (name: string) => categories[name]?.score ?? Number.NaN;
    const value = (name: string) => audits[name]?.numericValue ?? Number.NaN;
    return {
      performance: score("performance"),
      accessibility: score("accessibility"),
      largestPaintSeconds: round(value("largest-contentful-paint") / 1000, 2),
      firstPaintSeconds: round(value("first-contentful-paint") / 1000, 2),
      blockingMs: round(value("total-blocking-time"), 0),
      layoutShift: round(value("cumulative-layout-shift"), 3),
    };
  } finally {
    await browser.close();
  }
}

type Lhr = NonNullable<Awaited<ReturnType<typeof lighthouse>>>["lhr"];

/** What Lighthouse found against the page's accessibility: it leaves nothing to weigh. */
function tell(categories: Lhr["categories"], audits: Lhr["audits"]) {
  for (const { id, weight } of categories.accessibility?.auditRefs ?? []) {
    const { score, title } = audits[id]!;
    if (weight > 0 && score !== null && score < 1) console.error(`Lighthouse: ${title}`);
  }
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}
