import { signal } from "@preact/signals";

/** What is being sent while one looks at other pages. */
export const underWay = signal<{ href: string; percent: number } | undefined>(undefined);
