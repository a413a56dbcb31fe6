import { render } from "preact";
import { EventPage } from "./event/page.tsx";
import { tab } from "./store.ts";
import { t } from "./text/index.ts";
import { spoken } from "./text/spoken.ts";
import { Notice } from "./ui/notice.tsx";
import { Page } from "./ui/page.tsx";
import { lazily, Router, type Routes } from "./ui/router.tsx";
import { Bottom, Top } from "./ui/top.tsx";

const PAGES: Routes = [
  ["/", lazily(() => import("./home/page.tsx"))],
  ["/e/:eventId/send", lazily(() => import("./send/page.tsx"))],
  ["/e/:eventId/:uploadId?/:mediaId?", EventPage],
  ["/c/:collectionId/:uploadId?/:mediaId?", lazily(() => import("./collection/page.tsx"))],
  ["/mine", lazily(() => import("./mine/page.tsx"))],
  ["/profile", lazily(() => import("./profile/page.tsx"))],
  ["/callback", lazily(() => import("./session/callback.tsx"))],
];

const Nowhere = () => (
  <Page title={t.general.notFound}>
    <Notice title={t.general.notFound} text={t.general.notFoundWhy}>
      <a class="button" href="/">
        {t.general.home}
      </a>
    </Notice>
  </Page>
);

const App = () => (
  <>
    <Top />
    <Router pages={PAGES} nowhere={Nowhere} />
    <Bottom />
  </>
);

/** A page that cannot be had even when it is loaded anew is not loaded again and again. */
const RELOAD_MS = 60_000;
// A newer version was published and the files of this one are gone.
addEventListener("vite:preloadError", () => {
  const last = Number(tab.get("reloaded") ?? 0);
  if (Date.now() - last < RELOAD_MS) return;
  // What cannot be noted would be done again and again.
  if (tab.set("reloaded", String(Date.now()))) location.reload();
});

void spoken.then(() => {
  render(<App />, document.getElementById("app")!);
  // Nothing is lost without it that a page could not do.
  import("./ui/focus.ts").then(
    ({ watchFocus }) => watchFocus(),
    () => {},
  );
});
