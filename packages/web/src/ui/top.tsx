import { session } from "../session/session.ts";
import { percent } from "../text/format.ts";
import { choose, language, languages, t } from "../text/index.ts";
import { Icon } from "./icon.tsx";
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

function Account({ email }: { email: string | undefined }) {
  const shut = (event: MouseEvent | FocusEvent) => {
    const menu = event.currentTarget as HTMLDetailsElement;
    const to = event instanceof FocusEvent ? event.relatedTarget : null;
    if (event instanceof MouseEvent ? (event.target as Element).closest("a") : to && !menu.contains(to as Node))
      menu.open = false;
  };
  const leave = (event: KeyboardEvent) => {
    const menu = event.currentTarget as HTMLDetailsElement;
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its summary is the button; these only shut it again
    // biome-ignore lint/a11y/useKeyWithClickEvents: the same links work by Enter
    <details class="menu" onClick={shut} onFocusOut={shut} onKeyDown={leave}>
      <summary class="button plain round" aria-label={t.session.account}>
        <Icon name="person" />
      </summary>
      <div>
        {email && <p>{email}</p>}
        <a href="/mine">{t.session.mine}</a>
        <a href="/profile">{t.session.profile}</a>
        <button type="button" onClick={async () => (await oauth()).signOut()}>
          {t.session.signOut}
        </button>
      </div>
    </details>
  );
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
