import { freshSite, publishLocally } from "@dropclip/cli";
import { systemClock } from "@dropclip/local/clock";
import { ROOT, type TestCloud } from "../support/cloud.ts";

/** Publishes the pages on a cloud, as `npm start` does; their address. */
export async function pagesOf(cloud: TestCloud): Promise<string> {
  const { signal } = new AbortController();
  const site = await freshSite(ROOT, { clock: systemClock, signal });
  await publishLocally(cloud, site, signal);
  return cloud.pages;
}
