import { readdirSync } from "node:fs";
import path from "node:path";

/**
 * Source files below a folder, by their path from the root. Folders named in `skipped` are left out, and hidden ones,
 * which hold generated files.
 */
export function sources(root, folder, skipped = ["node_modules", "dist"]) {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const place = path.join(folder, entry.name);
    if (!entry.isDirectory()) return /\.(ts|tsx|mts|js|mjs)$/.test(entry.name) ? [place] : [];
    return skipped.includes(entry.name) || entry.name.startsWith(".") ? [] : sources(root, place, skipped);
  });
}
