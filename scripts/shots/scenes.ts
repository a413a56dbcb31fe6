import sharp from "sharp";

/** Pictures of shows that never were, drawn for the screenshots: beams of light, a band, a crowd. */

/** Numbers from 0 to 1 that are the same for the same seed (Park and Miller's generator). */
function random(seed: number) {
  let state = (seed * 7919 + 17) % 2147483647;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

const HUES = [330, 265, 205, 25, 160, 48, 290];

function beams(width: number, height: number, seed: number): string {
  const next = random(seed);
  const hue = HUES[seed % HUES.length]!;
  return Array.from({ length: 7 }, (_, index) => {
    const top = (width * (index + 0.5)) / 7 + (next() - 0.5) * width * 0.1;
    const foot = top + (next() - 0.5) * width * 0.9;
    const spread = width * (0.06 + next() * 0.1);
    const colour = `hsl(${hue + (next() - 0.5) * 90} 95% ${60 + next() * 15}%)`;
    const points = `${top - 6},0 ${top + 6},0 ${foot + spread},${height} ${foot - spread},${height}`;
    return `<polygon points="${points}" fill="${colour}" opacity="${0.16 + next() * 0.24}"/>`;
  }).join("");
}

function band(width: number, height: number, seed: number): string {
  const next = random(seed + 5);
  const floor = height * 0.74;
  return [0.3, 0.5, 0.72]
    .map((place) => {
      const x = width * (place + (next() - 0.5) * 0.08);
      const tall = height * (0.2 + next() * 0.04);
      const wide = tall * 0.26;
      return `<g fill="#05040a"><circle cx="${x}" cy="${floor - tall}" r="${wide * 0.42}"/>
        <path d="M${x - wide / 2} ${floor} q${wide * 0.1} ${-tall} ${wide / 2} ${-tall * 0.88} q${wide * 0.4} 0 ${wide / 2} ${tall * 0.88} z"/>
        <rect x="${x - wide}" y="${floor - tall * 0.5}" width="${wide * 2}" height="${wide * 0.14}" transform="rotate(${-18 + next() * 12} ${x} ${floor - tall * 0.5})"/></g>`;
    })
    .join("");
}

function crowd(width: number, height: number, seed: number): string {
  const next = random(seed + 11);
  const heads = Math.ceil(width / (height * 0.055));
  return Array.from({ length: heads * 2 }, (_, index) => {
    const row = index < heads ? 0 : 1;
    const size = height * (0.035 + row * 0.014 + next() * 0.008);
    const x = ((index % heads) + next()) * (width / heads);
    const y = height * (0.86 + row * 0.09) + next() * height * 0.02;
    const arm =
      next() > 0.6
        ? `<rect x="${x + size * 0.5}" y="${y - size * 3}" width="${size * 0.36}" height="${size * 3}" rx="${size * 0.18}" transform="rotate(${(next() - 0.5) * 30} ${x} ${y})"/>`
        : "";
    return `<g fill="#020205"><circle cx="${x}" cy="${y}" r="${size}"/><rect x="${x - size * 1.3}" y="${y + size * 0.7}" width="${size * 2.6}" height="${height}" rx="${size}"/>${arm}</g>`;
  }).join("");
}

/** An SVG of a show, of the given size in pixels. */
export function scene(width: number, height: number, seed: number): string {
  const hue = HUES[seed % HUES.length]!;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl(${hue} 60% 10%)"/><stop offset="0.75" stop-color="hsl(${hue + 30} 75% 26%)"/><stop offset="1" stop-color="#06040c"/></linearGradient>
    <radialGradient id="glow" cx="50%" cy="62%" r="55%"><stop offset="0" stop-color="hsl(${hue + 20} 100% 74%)" stop-opacity="0.75"/><stop offset="1" stop-color="hsl(${hue} 90% 40%)" stop-opacity="0"/></radialGradient>
    <filter id="soft"><feGaussianBlur stdDeviation="${Math.max(width, height) / 160}"/></filter></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/><rect width="100%" height="100%" fill="url(#glow)"/>
    <g filter="url(#soft)">${beams(width, height, seed)}</g>${band(width, height, seed)}${crowd(width, height, seed)}</svg>`;
}

/** The same as a file's bytes. */
export const photo = (width: number, height: number, seed: number): Promise<Buffer> =>
  sharp(Buffer.from(scene(width, height, seed)))
    .jpeg({ quality: 88 })
    .toBuffer();

/** A poster of the show. */
export function poster(title: string, line: string): Promise<Buffer> {
  const [width, height] = [1200, 1600];
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect x="70" y="70" width="${width - 140}" height="${height - 140}" fill="none" stroke="#fff" stroke-width="6" opacity="0.9"/>
    <g fill="#fff" font-family="DejaVu Sans, sans-serif" text-anchor="middle"><text x="600" y="330" font-size="132" font-weight="700">${title.split(" ")[0]}</text>
    <text x="600" y="480" font-size="132" font-weight="700">${title.split(" ").slice(1).join(" ")}</text><text x="600" y="590" font-size="46">${line}</text></g></svg>`;
  return sharp(Buffer.from(scene(width, height, 3)))
    .composite([{ input: Buffer.from(text) }])
    .jpeg({ quality: 88 })
    .toBuffer();
}
