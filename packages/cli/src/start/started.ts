import type { CloudOptions as LocalOptions, RunningCloud } from "@dropclip/local/cloud";

export type { LogEntry } from "@dropclip/local/world";
export type { RunningCloud };

export type CloudOptions = Pick<LocalOptions, "root" | "graphFile" | "directory" | "port" | "fresh" | "log">;

/** The parts of a running cloud that the commands need: its addresses, and how to stop it. */
export type StartedCloud = Pick<
  RunningCloud,
  "stage" | "api" | "cdn" | "region" | "credentials" | "directory" | "stop"
> &
  Issuing & {
    /** Where the pages are; undefined when none were published. */
    pages?: string;
    /** Resolves with a sentence when the data directory is lost: the cloud can then only be stopped. */
    lost?: Promise<string>;
    /** Addresses by service. */
    endpoints: Record<string, string> & { states: string };
  };

/** Where users sign in; undefined for a graph without a user pool. */
export interface Issuing {
  /** The OpenID issuer. */
  issuer?: string;
  /** The sign-in pages. */
  signIn?: string;
}

export type StartCloud = (options: CloudOptions) => Promise<StartedCloud>;
