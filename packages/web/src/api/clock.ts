import { stage } from "../stage.ts";

/** So much is the way to the API and back, and a clock that is a little off. */
const LITTLE_MS = 60_000;

let behindMs: number | undefined;

/** Now by the API's clock, milliseconds since 1970: phones are off by hours and days. */
export const now = () => Date.now() + (behindMs ?? 0);

/** Every answer of the API tells the time. */
export function hear({ headers }: Response) {
  const difference = Date.parse(headers.get("date") ?? "") - Date.now();
  if (!Number.isNaN(difference)) behindMs = Math.abs(difference) > LITTLE_MS ? difference : 0;
}

/** How far this machine's clock is behind the API's, milliseconds; it is asked where it has told nothing yet. */
export async function behind(): Promise<number> {
  if (behindMs === undefined) await fetch(`${stage.api}/events?limit=1`, { cache: "no-store" }).then(hear, () => {});
  return behindMs ?? 0;
}
