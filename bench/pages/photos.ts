import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { scene } from "../../scripts/shots/scenes.ts";

/** Shapes as phones take them. */
const SIZES = [
  [1200, 1600],
  [1600, 1200],
  [1200, 1200],
  [1080, 1920],
  [1600, 900],
] as const;

/**
 * So coarse and strong that a thumbnail weighs about 35 kB, as those of photos from phones do. A drawing alone comes to
 * 8 kB, and fine noise is lost when the thumbnail is made.
 */
const GRAIN = { sigma: 40, coarseness: 2.5 };

/** Makes pictures of shows that weigh as much as photos; their files. */
export async function photos(folder: string, count: number): Promise<string[]> {
  const files: string[] = [];
  for (let index = 0; index < count; index++) {
    const [width, height] = SIZES[index % SIZES.length]!;
    const picture = sharp(Buffer.from(scene(width, height, index + 1))).removeAlpha();
    const file = join(folder, `show-${index + 1}.jpg`);
    const grained = picture.composite([{ input: await grain(width, height), blend: "soft-light" }]);
    writeFileSync(file, await grained.jpeg({ quality: 88 }).toBuffer());
    files.push(file);
  }
  return files;
}

async function grain(width: number, height: number): Promise<Buffer> {
  const { sigma, coarseness } = GRAIN;
  const noise = { type: "gaussian", mean: 128, sigma } as const;
  const size = { width: Math.round(width / coarseness), height: Math.round(height / coarseness) };
  const small = await sharp({ create: { ...size, channels: 3, noise, background: "#808080" } })
    .png()
    .toBuffer();
  return sharp(small).resize(width, height).png().toBuffer();
}
