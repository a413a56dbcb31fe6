import { logger } from "@dropclip/functions/log";

/** What every function does that counts something: it logs. */
export const work = () => logger.info("published", { key: "events/e/uploads/f/u/images/image1.jpg" });
