import { AwsError } from "../world.ts";
import { validation } from "./context.ts";
import type { Json } from "./types.ts";

/** `maxResults`: 0 and none mean `usual`. */
export function pageSize(input: Record<string, Json>, usual: number): number {
  const size = input.maxResults ?? 0;
  if (typeof size === "number" && Number.isInteger(size) && size >= 0 && size <= 1000) return size || usual;
  throw validation(
    `Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value between 0 and 1000`,
  );
}

/** A page's end as the token for the next; `question` is what the page is of, so that a token fits no other. */
export function tokenOf(question: string, after: number): string {
  return Buffer.from(JSON.stringify([question, after])).toString("base64url");
}

/** Where the page begins, undefined for the first. */
export function afterOf(input: Record<string, Json>, question: string): number | undefined {
  const token = input.nextToken;
  if (token === undefined || token === null) return undefined;
  try {
    const [asked, after] = JSON.parse(Buffer.from(String(token), "base64url").toString());
    if (asked === question && Number.isInteger(after)) return after;
  } catch {
    // Not a token of ours: refused below like one that fits another question.
  }
  throw new AwsError("InvalidToken", `Invalid Token: '${token}'`);
}
