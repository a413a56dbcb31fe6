import type { StartCloud } from "./started.ts";

/**
 * Starts the local cloud with the seeded users and the demo event; errors have a one-line message. The import is here
 * because no other command needs it.
 */
export const startLocalCloud: StartCloud = async (options) => {
  const [{ startCloud }, { seed }] = await Promise.all([import("@dropclip/local/cloud"), import("./seed.ts")]);
  const cloud = await startCloud(options);
  try {
    await seed(cloud);
    return cloud;
  } catch (error) {
    await cloud.stop();
    throw error;
  }
};
