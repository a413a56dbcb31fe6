import sharp from "sharp";

/**
 * Only these five readers exist in this process, and each reads only bytes. libvips chooses a reader by its own look at
 * a file: what it has no reader for, such as SVG and PDF, which can name other files, can nobody make it parse.
 */
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["Jpeg", "Png", "Webp", "Nsgif", "Heif"].map((name) => `VipsForeignLoad${name}Buffer`),
});
/** No two calls work on the same picture: what libvips keeps would only lie in memory. */
sharp.cache(false);

export { sharp };
