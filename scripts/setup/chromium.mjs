import { readFileSync } from "node:fs";
import { install, isDebian, mayInstall } from "./debian.mjs";
import { Unready, which } from "./step.mjs";

/** Where a Chromium is found; tests look there too (`e2e/browser/chromium.ts`). */
const BROWSERS = JSON.parse(readFileSync(new URL("./browsers.json", import.meta.url), "utf8"));
/**
 * Debian's packages. The first is the same Chromium without a window, which takes half the processor's time; older
 * releases and Ubuntu have only the other.
 */
const PACKAGES = ["chromium-headless-shell", "chromium"];
/** Names another one. */
const VARIABLE = "DROPCLIP_CHROMIUM";

/**
 * Makes sure of a browser to test the pages in. A machine without one can test all the rest: there a line says what is
 * missing, but continuous integration must not pass over it.
 */
export function chromium() {
  const named = process.env[VARIABLE];
  if (named && !which(named)) throw new Unready(`${VARIABLE} is set to ${named}, which is not a program`);
  if (found()) return;
  try {
    if (!mayInstall()) throw new Unready(advice());
    installFirst(PACKAGES);
    if (!found()) throw new Unready(advice());
  } catch (error) {
    if (!(error instanceof Unready) || process.env.CI) throw error;
    console.error(`${error.message}\nUntil then the pages are not tested in a browser.`);
  }
}

const found = () => [process.env[VARIABLE], ...BROWSERS].some((one) => one && which(one));

function installFirst([first, ...others]) {
  try {
    install(first);
  } catch (error) {
    if (!(error instanceof Unready) || others.length === 0) throw error;
    installFirst(others);
  }
}

function advice() {
  const how = isDebian()
    ? "sudo apt-get install chromium-headless-shell"
    : process.platform === "darwin"
      ? "brew install --cask chromium"
      : "install your system's package chromium";
  return `chromium missing: ${how} (or set ${VARIABLE})`;
}
