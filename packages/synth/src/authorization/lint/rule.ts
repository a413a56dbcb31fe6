import type { PlacedStatement } from "../../policies.ts";

/** What of the graph a statement may refer to. */
export interface Around {
  account: string;
  /** ARNs. */
  roles: string[];
}

/** What is wrong with one statement, a sentence each. */
export type Rule = (placed: PlacedStatement, around: Around) => string[];
