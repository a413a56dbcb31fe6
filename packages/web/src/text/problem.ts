import { isUnreachable, Problem } from "../api/problem.ts";
import { t } from "./index.ts";

/** What went wrong, in the reader's language; the API's own sentence where this language has none for it. */
export function said(error: unknown): string {
  if (error instanceof Problem && error.status === 401) return t.session.ended;
  if (error instanceof Problem && error.code) return reason(error);
  return isUnreachable(error) && !(error instanceof Problem) ? t.general.noConnection : t.general.wrong;
}

/** The same of a reason that a record tells; with what the one who refused it says, in their own words. */
export function reason({ code, message, said }: { code: string; message: string; said?: string | undefined }) {
  const known = (t.problem as Record<string, string | undefined>)[code];
  return known === undefined ? message : `${known}${said ? `: ${said}` : ""}`;
}
