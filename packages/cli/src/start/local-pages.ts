import { systemClock } from "@dropclip/local/clock";
import { messageOf } from "../errors.ts";
import { freshSite, hasPages } from "../pages/build.ts";
import type { Published } from "../pages/publish.ts";
import type { Site } from "../pages/site.ts";
import type { CloudOptions, StartedCloud } from "./started.ts";

type Cloud = Pick<StartedCloud, "endpoints" | "region" | "credentials" | "stage">;

/** Publishes pages on a local cloud. */
export async function publishLocally(cloud: Cloud, site: Site, signal: AbortSignal): Promise<Published> {
  // Load the AWS SDK, which a start without pages need not wait for.
  const [{ cloudConfig }, { hostingOf }, { publish }, { readLocalOutputs }] = await Promise.all([
    import("../aws/config.ts"),
    import("../pages/hosting.ts"),
    import("../pages/publish.ts"),
    import("../target/outputs.ts"),
  ]);
  const config = cloudConfig(cloud);
  const hosting = hostingOf(await readLocalOutputs({ signal }, cloud));
  return publish(site, { hosting, s3: config, cloudFront: config, signal });
}

/**
 * The pages of a local cloud that is starting: built meanwhile where they are older than their sources. What goes wrong
 * with them is said, not thrown: the cloud runs without.
 */
export function localPages({ root, log }: Pick<CloudOptions, "root" | "log">) {
  const stopped = new AbortController();
  const { signal } = stopped;
  const built = hasPages(root) ? freshSite(root, { clock: systemClock, signal }) : undefined;
  // Awaited below, unless the start fails first.
  built?.catch(() => {});
  return {
    /** Their address, or undefined where there are none. */
    async publish(cloud: Cloud): Promise<string | undefined> {
      if (!built) {
        log({ service: "pages", level: "debug", message: "there are none: packages/web is not here" });
        return undefined;
      }
      try {
        return (await publishLocally(cloud, await built, signal)).pages;
      } catch (error) {
        log({ service: "pages", level: "error", message: messageOf(error) });
        return undefined;
      }
    },
    stop: () => stopped.abort(),
  };
}
