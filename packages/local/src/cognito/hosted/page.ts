import { createHash } from "node:crypto";
import { Html, html } from "./html.ts";
import { STYLE } from "./style.ts";

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

export interface Page {
  title: string;
  /** Beneath the title. */
  lead?: Html | undefined;
  /** What went wrong; told first, by screen readers too. */
  error?: string | undefined;
  /** What went well. */
  notice?: string | undefined;
  body: Html;
  footer?: Html | undefined;
}

export function renderPage({ title, lead, error, notice, body, footer }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${error && "Error: "}${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${lead && html`<p class="soft">${lead}</p>`}
${error && html`<p class="message bad" role="alert" id="error">${error}</p>`}
${notice && html`<p class="message good" role="status">${notice}</p>`}
${body}
</main>
${footer && html`<footer>${footer}</footer>`}
</body>
</html>
`.text;
}

/**
 * Headers of every page: no scripts, no frames, nothing from elsewhere. Browsers hold the answer to a form to
 * `form-action` too, so the app that a sign-in leads back to is named in it.
 */
export function pageHeaders(appUrl?: string): Record<string, string> {
  const app = appUrl && URL.canParse(appUrl) ? ` ${new URL(appUrl).origin}` : "";
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    "img-src data:",
    `form-action 'self'${app}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy.join("; "),
    "cache-control": "no-store",
    // With no referrer at all, browsers would send forms without their origin.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
}
