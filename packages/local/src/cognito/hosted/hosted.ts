import type Provider from "oidc-provider";
import type { Pool } from "../pool.ts";

/** What the hosted pages work with, once the first of them is asked for. */
export interface Hosted {
  pool: Pool;
  provider: Provider;
  /** Proves that a form is one of ours. */
  cookieKey: string;
}
