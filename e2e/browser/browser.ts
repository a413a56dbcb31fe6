import { type Browser, chromium, type Page } from "playwright-core";
import { Unexpected } from "../expect.ts";
import type { Target } from "../target.ts";
import type { Account } from "../users.ts";
import { findChromium, NO_CHROMIUM } from "./chromium.ts";

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
/** What a page's binding is called by which it tells of a broken policy. */
const TELL = "tellEndToEnd";

/** The browser of one run, started with its first visitor. */
export interface Visitors {
  /** A visitor's page: with storage of its own, and signed in where a user is given. */
  open(user?: Account): Promise<Page>;
  /** What went wrong on the product's pages: errors, broken policies, requests to hosts of others. */
  troubles: string[];
  close(): Promise<void>;
}

export function visitorsOf(target: Target): Visitors {
  const troubles: string[] = [];
  const isOurs = (url: string) => url.startsWith(`${target.pages}/`);
  let browser: Promise<Browser> | undefined;

  return {
    troubles,
    async open(user) {
      browser ??= launch();
      const context = await (await browser).newContext({ ...PHONE, locale: "en-GB", timezoneId: "Europe/Berlin" });
      context.setDefaultTimeout(target.pageMs);
      await context.exposeBinding(TELL, ({ frame }, text: string) => {
        if (isOurs(frame.url())) troubles.push(text);
      });
      await context.addInitScript(
        `addEventListener("securitypolicyviolation", (event) =>
          ${TELL}(event.effectiveDirective + " refuses " + (event.blockedURI || event.sample)))`,
      );
      if (user) await context.addInitScript(sessionScript(target, user));
      context.on("request", (request) => {
        // The sign-in pages are Cognito's own: what they ask for is not ours to say.
        if (request.isNavigationRequest() || !isOurs(request.frame().url())) return;
        const url = new URL(request.url());
        if (/^https?:$/.test(url.protocol) && !isPartOf(target, url)) troubles.push(`a request to ${url.host}`);
      });
      const page = await context.newPage();
      page.on("pageerror", (error) => {
        if (isOurs(page.url())) troubles.push(error.message);
      });
      return page;
    },
    close: async () => (await browser?.catch(() => undefined))?.close(),
  };
}

/** A browser may not use its own sandbox as root. */
function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Unexpected(NO_CHROMIUM);
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

/** Whether a host belongs to the deployment: its own ones, and S3, where files are sent to and saved from. */
function isPartOf({ pages, api, cdn, signIn, issuer, secure }: Target, { hostname, host }: URL): boolean {
  const own = [pages, api, cdn, signIn, issuer].map((url) => new URL(url));
  if (!secure) return own.some((one) => one.hostname === hostname);
  return own.some((one) => one.host === host) || /(^|\.)s3[.-][\w.-]*amazonaws\.com(\.cn)?$/.test(host);
}

/**
 * Puts a user's tokens where the pages keep them (`packages/web/src/session/session.ts`), as if they had signed in
 * there before.
 */
function sessionScript({ pages }: Target, { accessToken, userId, email }: Account): string {
  const { exp } = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString());
  const kept = JSON.stringify({ access: accessToken, expiresAt: exp * 1000, userId, email });
  return `if (location.origin === ${JSON.stringify(pages)} && !localStorage.getItem("session"))
    localStorage.setItem("session", ${JSON.stringify(kept)})`;
}
