import { install, isDebian, mayInstall } from "./debian.mjs";
import { root, Unready, which } from "./step.mjs";

/** Variables that name another binary than the one on `PATH`. */
const TOOLS = { ffmpeg: "DROPCLIP_FFMPEG", ffprobe: "DROPCLIP_FFPROBE" };

/**
 * Makes sure that ffmpeg and ffprobe exist. Installs them where no password is needed, else asks for it in one line.
 */
export function ffmpeg() {
  if (!missing().length) return;
  for (const variable of Object.values(TOOLS)) {
    const file = process.env[variable];
    if (file && !which(file)) throw new Unready(`${variable} is set to ${file}, which is not a program`);
  }
  if (!mayInstall()) throw new Unready(advice());
  install("ffmpeg");
  if (missing().length) throw new Unready(advice());
}

const missing = () => Object.entries(TOOLS).filter(([name, variable]) => !which(process.env[variable] || name));

function advice() {
  const how = isDebian()
    ? "sudo apt-get install ffmpeg"
    : process.platform === "darwin"
      ? "brew install ffmpeg"
      : "install your system's package ffmpeg";
  const names = missing().map(([name]) => name);
  return `${names.join(" and ")} missing: ${how} (or set ${names.map((name) => TOOLS[name]).join(", ")}), then run again in ${root}`;
}
