import type { StartCloud } from "./started.ts";

/**
 * Starts the local cloud with the seeded users, the demo event and the pages; errors have a one-line message. The
 * imports are here because no other command needs them.
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
      return { ...cloud, pages: await pages.publish(cloud) };
    } catch (error) {
      await cloud.stop();
      throw error;
    }
  } finally {
    pages.stop();
  }
};
