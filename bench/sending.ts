import type { ChildProcess } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO_EVENT_ID, SEEDED_PASSWORD } from "@dropclip/cli/demo";
import { chromium, type Page } from "playwright-core";
import { findChromium, NO_CHROMIUM } from "../e2e/index.ts";
import { openLine } from "./line.ts";

const BYTES = 200 * 1024 ** 2;
const ROUND_TRIP_MS = 150;
const LINES = [20, 100];
/** The slowest line takes a minute and a half. */
const PATIENCE_MS = 10 * 60 * 1000;

interface Tools {
  folder: string;
  start(): Promise<{ child: ChildProcess; ready: object }>;
  stop(running: { child: ChildProcess }): Promise<void>;
}

/** One clip of 200 MiB from a browser, far away on lines of two speeds: seconds, and against the bare line. */
export async function sending({ folder, start, stop }: Tools) {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(NO_CHROMIUM);
  const running = await start();
  const { api, pages, endpoints } = running.ready as { api: string; pages: string; endpoints: { s3: string } };
  const ports = [api, endpoints.s3].map((url) => Number(new URL(url).port));
  const far = await openLine({ roundTripMs: ROUND_TRIP_MS, ports });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", far.argument] });
  try {
    const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${pages}/e/${DEMO_EVENT_ID}/send`);
    await signIn(page);
    const found: Record<string, unknown> = {};
    for (const mbitPerSecond of LINES) {
      far.line.mbitPerSecond = mbitPerSecond;
      const seconds = await send(page, join(folder, `clip-${mbitPerSecond}.mp4`));
      found[`sendSecondsAt${mbitPerSecond}Mbit`] = Math.round(seconds * 10) / 10;
      found[`sendToBareLineAt${mbitPerSecond}Mbit`] =
        Math.round((seconds / ((BYTES * 8) / 1e6 / mbitPerSecond)) * 100) / 100;
    }
    return found;
  } finally {
    await browser.close();
    far.close();
    await stop(running);
  }
}

async function signIn(page: Page) {
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.fill('input[type="email"]', "fan@example.com");
  await page.fill('input[type="password"]', SEEDED_PASSWORD);
  await page.click('form:has(input[type="password"]) button');
  await page.locator(".picker").waitFor();
}

/** Seconds from the click to S3 having put the file together. */
async function send(page: Page, file: string): Promise<number> {
  // Takes no room: nothing is written to it.
  writeFileSync(file, "");
  truncateSync(file, BYTES);
  await page.locator("input[type=file]").first().setInputFiles(file);
  const button = page.getByRole("button", { name: "Send 1 file" });
  await button.waitFor();
  const isWhole = page.waitForResponse(
    (answer) => answer.request().method() === "POST" && /[?&]uploadId=/.test(answer.url()) && answer.ok(),
  );
  const began = performance.now();
  await button.click();
  await isWhole;
  return (performance.now() - began) / 1000;
}
