import type { ComponentChildren } from "preact";

interface Props {
  title: string;
  text?: string;
  isBusy?: boolean;
  /** Part of a page that has a heading already. */
  isPart?: boolean;
  children?: ComponentChildren;
}

/** What a page, or a part of it, says in place of what it would show. */
export function Notice({ title, text, isBusy = false, isPart = false, children }: Props) {
  const Heading = isPart ? "h2" : "h1";
  return (
    <div class="notice" aria-busy={isBusy}>
      <Heading>{title}</Heading>
      {text && <p class="soft">{text}</p>}
      {children}
    </div>
  );
}
