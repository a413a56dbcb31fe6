import sharp from "sharp";

/**
 * Only these five readers exist in this process, and each reads only bytes. libvips chooses a reader by its own look at
 * a file. It has no reader for SVG and PDF, which can refer to other files, so it cannot be made to parse them.
 */
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["Jpeg", "Png", "Webp", "Nsgif", "Heif"].map((name) => `VipsForeignLoad${name}Buffer`),
});
/** No two calls work on the same picture, so libvips's cache would only take memory. */
sharp.cache(false);

export { sharp };
