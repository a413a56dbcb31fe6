import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import browsers from "../../scripts/setup/browsers.json" with { type: "json" };

/**
 * The browser that the set-up found or installed, or the one that `DROPCLIP_CHROMIUM` names; undefined where there is
 * none.
 */
export function findChromium(): string | undefined {
  const names = process.env.DROPCLIP_CHROMIUM ? [process.env.DROPCLIP_CHROMIUM] : browsers;
  return names.flatMap(placesOf).find(runs);
}

const placesOf = (name: string) =>
  name.includes("/") ? [name] : (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const NO_CHROMIUM = "there is no Chromium (DROPCLIP_CHROMIUM names one)";
