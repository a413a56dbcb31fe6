import { existsSync } from "node:fs";
import { root, run, Unready, which } from "./step.mjs";

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
  const debian = existsSync("/etc/debian_version") && which("apt-get");
  if (!debian || process.getuid?.() !== 0) throw new Unready(advice(debian));
  const env = { DEBIAN_FRONTEND: "noninteractive", PATH: process.env.PATH };
  run("reading Debian's package lists", "apt-get", ["update"], { env });
  run("installing ffmpeg", "apt-get", ["install", "-y", "--no-install-recommends", "ffmpeg"], { env });
  if (missing().length) throw new Unready(advice(debian));
}

const missing = () => Object.entries(TOOLS).filter(([name, variable]) => !which(process.env[variable] || name));

function advice(debian) {
  const how = debian
    ? "sudo apt-get install ffmpeg"
    : process.platform === "darwin"
      ? "brew install ffmpeg"
      : "install your system's package ffmpeg";
  const names = missing().map(([name]) => name);
  return `${names.join(" and ")} missing: ${how} (or set ${names.map((name) => TOOLS[name]).join(", ")}), then run again in ${root}`;
}
