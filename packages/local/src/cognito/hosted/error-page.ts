import { html } from "./html.ts";
import { pageHeaders, renderPage } from "./page.ts";

/** Where a request cannot be sent back to its app: a wrong address, an unknown client, a sign-in that is over. */
export const errorPage = {
  headers: pageHeaders(),
  body: (error: string, description?: string) =>
    renderPage({
      title: "This sign-in does not work",
      error: description ?? error,
      body: html`<p class="soft after">Go back to the app and start again. What it asked for was answered with
<code>${error}</code>.</p>`,
    }),
};
