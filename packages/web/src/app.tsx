import { render } from "preact";
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from "preact-iso";
import { EventPage } from "./event/page.tsx";
import { t } from "./text/index.ts";
import { spoken } from "./text/spoken.ts";
import { Notice } from "./ui/notice.tsx";
import { Page } from "./ui/page.tsx";
import { Bottom, Top } from "./ui/top.tsx";

const HomePage = lazy(() => import("./home/page.tsx"));
const CollectionPage = lazy(() => import("./collection/page.tsx"));
const SendPage = lazy(() => import("./send/page.tsx"));
const MinePage = lazy(() => import("./mine/page.tsx"));
const ProfilePage = lazy(() => import("./profile/page.tsx"));
const Callback = lazy(() => import("./session/callback.tsx"));

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
  <LocationProvider>
    <Top />
    <ErrorBoundary>
      <Router>
        <Route path="/" component={HomePage} />
        <Route path="/e/:eventId/send" component={SendPage} />
        <Route path="/e/:eventId/:uploadId?/:mediaId?" component={EventPage} />
        <Route path="/c/:collectionId/:uploadId?/:mediaId?" component={CollectionPage} />
        <Route path="/mine" component={MinePage} />
        <Route path="/profile" component={ProfilePage} />
        <Route path="/callback" component={Callback} />
        <Route default component={Nowhere} />
      </Router>
    </ErrorBoundary>
    <Bottom />
  </LocationProvider>
);

/** A page that cannot be had even when it is loaded anew is not loaded again and again. */
const RELOAD_MS = 60_000;
// A newer version was published and the files of this one are gone.
addEventListener("vite:preloadError", () => {
  const last = Number(sessionStorage.getItem("reloaded") ?? 0);
  if (Date.now() - last < RELOAD_MS) return;
  sessionStorage.setItem("reloaded", String(Date.now()));
  location.reload();
});

void spoken.then(() => render(<App />, document.getElementById("app")!));
