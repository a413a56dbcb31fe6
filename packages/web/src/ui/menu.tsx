import { t } from "../text/index.ts";
import { Icon } from "./icons.tsx";

/** The pages of whoever is signed in, and the way out. */
export function Menu({ email }: { email: string | undefined }) {
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
    <details class="menu" onClick={shut} onFocusOut={shut} onKeyDown={leave}>
      <summary class="button plain round" aria-label={t.session.account}>
        <Icon name="person" />
      </summary>
      <div>
        {email && <p>{email}</p>}
        <a href="/mine">{t.session.mine}</a>
        <a href="/profile">{t.session.profile}</a>
        <button type="button" onClick={async () => (await import("../session/oauth.ts")).signOut()}>
          {t.session.signOut}
        </button>
      </div>
    </details>
  );
}
