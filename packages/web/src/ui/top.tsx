import { session } from "../session/session.ts";
import { percent } from "../text/format.ts";
import { choose, language, languages, t } from "../text/index.ts";
import { useLater } from "./later.ts";
import { underWay } from "./under-way.ts";

const oauth = () => import("../session/oauth.ts");

/** The bar above every page: home, and who is signed in. */
export const Top = () => (
  <header class="top">
    <a class="skip" href="#main">
      {t.general.skip}
    </a>
    <a class="brand" href="/">
      <img src="/icon.svg" alt="" width="32" height="32" />
      {t.general.name}
    </a>
    {underWay.value && (
      <a class="tag under-way" href={underWay.value.href}>
        {t.status.sending} {percent(underWay.value.percent / 100)}
      </a>
    )}
    {session.value ? (
      <Account email={session.value.email} />
    ) : (
      <button type="button" class="button plain" onClick={async () => (await oauth()).signIn()}>
        {t.session.signIn}
      </button>
    )}
  </header>
);

/** Whoever is signed in has a menu; others need not fetch it. */
function Account({ email }: { email: string | undefined }) {
  const part = useLater(() => import("./menu.tsx"));
  return part ? <part.Menu email={email} /> : null;
}

const nameOf = (tag: string) => new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag;

/** Below every page: the languages it can be read in. */
export const Bottom = () => (
  <footer class="bottom">
    <a href="/">{t.general.home}</a>
    {languages
      .filter((tag) => tag !== language)
      .map((tag) => (
        <button key={tag} type="button" class="link" lang={tag} onClick={() => choose(tag)}>
          {nameOf(tag)}
        </button>
      ))}
  </footer>
);
