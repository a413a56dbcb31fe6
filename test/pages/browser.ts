import { SEEDED_PASSWORD, type SeededName } from "@dropclip/cli/demo";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findChromium } from "../../e2e/index.ts";
import type { TestCloud } from "../support/cloud.ts";
import { pagesOf } from "./pages.ts";

export const CHROMIUM = findChromium();

const MISSING = "There is no Chromium (DROPCLIP_CHROMIUM names one): the pages are not tried in a browser.";
if (!CHROMIUM && process.env.CI) throw new Error(MISSING);
if (!CHROMIUM) console.warn(MISSING);

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const DESK = { viewport: { width: 1280, height: 860 } };

export interface Visitor {
  page: Page;
  url: string;
  /** What the browser refused or complained of, and requests to hosts that are none of the product's. */
  troubles: string[];
  /** Calls to S3 as they were answered: `UploadPart 1 200`; a call that was broken off has no status. */
  calls(): string[];
  /** Goes to a page of the product. */
  visit(path: string): Promise<void>;
  /** Signs in on Cognito's page, where the browser is now; another tab is left to what happens to it then. */
  signIn(name: SeededName, on?: Page): Promise<void>;
  leave(): Promise<void>;
}

/** A browser for the pages of a cloud; each visitor has storage of their own. */
export async function openBrowser(cloud: TestCloud) {
  const own = await pagesOf(cloud);
  const start = { executablePath: CHROMIUM!, args: ["--no-sandbox"] };
  const browser: Browser = await chromium.launch(start);
  const hosts = [own, cloud.api, cloud.cdn, cloud.signIn, cloud.endpoints.s3].map((url) => new URL(url).host);

  /** With a profile, a folder, it is a browser of its own that keeps what it knows there. */
  async function visitor(options: BrowserContextOptions = PHONE, profile?: string): Promise<Visitor> {
    const given = { locale: "en-GB", timezoneId: "Europe/Berlin", ...options };
    const context = profile
      ? await chromium.launchPersistentContext(profile, { ...start, ...given })
      : await browser.newContext(given);
    const page = await context.newPage();
    const troubles: string[] = [];
    const made: { operation: string; status?: number }[] = [];
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("console", (message) => {
      // What is refused or missing is told by the page itself, to people.
      const isAnswer = /Failed to load resource/.test(message.text());
      if (message.type() === "error" && !isAnswer) troubles.push(message.text());
    });
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && !hosts.includes(url.host)) troubles.push(`a request to ${url.host}`);
      const operation = url.host === new URL(cloud.endpoints.s3).host ? operationOf(request.method(), url) : undefined;
      if (!operation) return;
      const call: (typeof made)[number] = { operation };
      made.push(call);
      request.response().then(
        (response) => {
          if (response) call.status = response.status();
        },
        () => {},
      );
    });
    return {
      ...{ page, url: own, troubles },
      calls: () => made.map(({ operation, status }) => [operation, status].filter(Boolean).join(" ")),
      visit: async (path) => void (await page.goto(`${own}${path}`)),
      async signIn(name, on = page) {
        await on.waitForURL(`${cloud.signIn}/**`);
        await on.fill('input[type="email"]', `${name}@example.com`);
        await on.fill('input[type="password"]', SEEDED_PASSWORD);
        const button = 'form:has(input[type="password"]) button';
        if (on !== page) return on.click(button);
        const isBack = (url: URL) => url.origin === own && url.pathname !== "/callback";
        await Promise.all([on.waitForURL(isBack), on.click(button)]);
      },
      leave: () => context.close(),
    };
  }

  const known = new Map<SeededName, Promise<BrowserContextOptions>>();
  /** One who has signed in before, on the page and by what the browser has kept since. */
  async function signedIn(name: SeededName, options: BrowserContextOptions = PHONE): Promise<Visitor> {
    const once = async () => {
      const first = await visitor();
      await first.visit("/mine");
      await first.page.locator(".notice").getByRole("button", { name: "Sign in" }).click();
      await first.signIn(name);
      const storageState = await first.page.context().storageState();
      await first.leave();
      return { storageState };
    };
    const kept = known.get(name) ?? once();
    known.set(name, kept);
    return visitor({ ...options, ...(await kept) });
  }
  return { visitor, signedIn, close: () => browser.close() };
}

/** What S3 calls a request; undefined for what browsers ask first. */
function operationOf(method: string, { searchParams: query }: URL): string | undefined {
  if (method === "OPTIONS") return undefined;
  if (query.has("partNumber")) return `UploadPart ${query.get("partNumber")}`;
  const whole: Record<string, string> = { PUT: "PutObject", POST: "PostObject" };
  const parts: Record<string, string> = {
    GET: "ListParts",
    POST: "CompleteMultipartUpload",
    DELETE: "AbortMultipartUpload",
  };
  return (query.has("uploadId") ? parts : whole)[method] ?? method;
}
