import type { CloudOptions as LocalOptions, RunningCloud } from "@dropclip/local/cloud";

export type { LogEntry } from "@dropclip/local/world";
export type { RunningCloud };

export type CloudOptions = Pick<LocalOptions, "root" | "graphFile" | "directory" | "port" | "fresh" | "log">;

/** What the commands need of a running cloud: where everything is, and how to stop it. */
export type StartedCloud = Pick<RunningCloud, "api" | "cdn" | "region" | "credentials" | "directory" | "stop"> &
  Issuing & {
    /** Where the pages are; without any that were published, there are none. */
    pages?: string;
    /** That the graph describes. */
    stage?: string;
    /** Resolves with one sentence when the data are gone: the cloud can only be stopped then. */
    lost?: Promise<string>;
    /** By service. */
    endpoints: Record<string, string> & { states: string };
  };

/** Where users sign in; a graph without a user pool has no such place. */
export interface Issuing {
  /** The OpenID issuer. */
  issuer?: string;
  /** The sign-in pages. */
  signIn?: string;
}

export type StartCloud = (options: CloudOptions) => Promise<StartedCloud>;

/**
 * Starts the local cloud with the seeded users, the demo event and the pages in it; an error's message is one clear line.
 * Loaded here, as no other command needs it.
 */
export const startLocalCloud: StartCloud = async (options) => {
  const [{ startCloud }, { seed }, { localPages }] = await Promise.all([
    import("@dropclip/local/cloud"),
    import("./seed.ts"),
    import("./local-pages.ts"),
  ]);
  const pages = localPages(options);
  try {
    const cloud = await startCloud(options);
    try {
      await seed(cloud);
      const started = { ...cloud, stage: cloud.facts.stage };
      return { ...started, pages: await pages.publish(started) };
    } catch (error) {
      await cloud.stop();
      throw error;
    }
  } finally {
    pages.stop();
  }
};
