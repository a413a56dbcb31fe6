import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const scripts = path.resolve(import.meta.dirname, "..");
/** A checkout with nothing but the scripts; beside it, a folder of commands that only note how they were called. */
let root: string;
let bin: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "setup-"));
  bin = path.join(root, "bin");
  cpSync(scripts, path.join(root, "scripts"), { recursive: true });
  write("package-lock.json", JSON.stringify(lock));
  write("sst.config.ts", 'export default $config({ app: () => ({ providers: { aws: "7.20.0" } }) });');
  command("bin/ffmpeg", "exit 0");
  command("bin/ffprobe", "exit 0");
  command("bin/chromium", "exit 0");
  // What npm ci leaves: its own note of what it installed, and the Node of the project.
  const installed = JSON.stringify(lock).replaceAll("'", "");
  command(
    "bin/npm",
    `case "$1 $2" in
      "ci --prefix") name=$(grep -o '@oven/bun-[a-z0-9-]*' "$3/package.json")
          folder="$3/node_modules/$name"
          mkdir -p "$folder/bin"; echo '{"version":"1.2.1"}' > "$folder/package.json"; touch "$folder/bin/bun" ;;
      ci*) mkdir -p node_modules/.bin node_modules/sst
          echo '${installed}' > node_modules/.package-lock.json
          echo '{"version":"4.17.1"}' > node_modules/sst/package.json
          cp "$0" node_modules/.bin/node ;;
    esac
    echo "npm $*" >> calls`,
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const lock = {
  packages: {
    "": { name: "x" },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/other-platform": { version: "1.0.0", optional: true },
  },
};

function write(file: string, text: string) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

function command(file: string, body: string) {
  write(file, `#!/bin/sh\n${body}\n`);
  chmodSync(path.join(root, file), 0o755);
}

function setup(what: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/setup.mjs", what], {
    cwd: root,
    env: { PATH: `${bin}:/bin:/usr/bin`, HOME: root, ...env },
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

const calls = () => {
  const file = path.join(root, "calls");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  rmSync(file, { force: true });
  return text.split("\n").filter(Boolean);
};

describe("setup start", () => {
  it("installs what the lock file names, once, and is then silent", () => {
    expect(setup("start")).toEqual({ status: 0, output: "installing dependencies (npm ci) …\n" });
    expect(calls()).toEqual(["npm ci --no-audit --no-fund"]);
    expect(setup("start")).toEqual({ status: 0, output: "" });
    expect(calls()).toEqual([]);
  });

  it("installs again when the lock file asks for another version", () => {
    setup("start");
    const other = structuredClone(lock);
    other.packages["node_modules/a"].version = "2.0.0";
    write("package-lock.json", JSON.stringify(other));
    expect(setup("start").output).toContain("npm ci");
  });

  it("believes npm's own note of what is installed", () => {
    setup("start");
    rmSync(path.join(root, "node_modules/.dropclip-lock"));
    calls();
    expect(setup("start")).toEqual({ status: 0, output: "" });
  });

  it("installs again when the project's Node is gone", () => {
    setup("start");
    rmSync(path.join(root, "node_modules/.bin/node"));
    expect(setup("start").output).toContain("npm ci");
  });

  it("says that the project's Node could not be had, which npm passes over", () => {
    const npm = readFileSync(path.join(bin, "npm"), "utf8");
    write("bin/npm", npm.replace(/ cp "\$0".*node/, ":"));
    const missing = (entry: object) => {
      const packages = {
        ...lock.packages,
        "node_modules/node-x": { optional: true, bin: { node: "bin/node" }, ...entry },
      };
      write("package-lock.json", JSON.stringify({ packages }));
      return setup("start").output.split("\n").at(-2);
    };
    expect(missing({ os: process.platform, cpu: process.arch })).toBe(
      "npm left out the package of Node for this machine: is the registry reachable?",
    );
    expect(missing({ os: "plan9", cpu: "mips" })).toBe(
      `the project's Node is there for plan9 on mips, not for ${process.platform} on ${process.arch}`,
    );
  });

  it("shows what a failed installation said, and how it was called", () => {
    command("bin/npm", 'echo "the registry is on fire" >&2; exit 7');
    const { status, output } = setup("start");
    expect(status).toBe(1);
    expect(output).toContain("the registry is on fire\nnpm ci --no-audit --no-fund: exit code 7");
  });

  it("does not run again inside npm ci", () => {
    expect(setup("start", { npm_command: "ci" })).toEqual({ status: 0, output: "" });
  });

  it("names a variable that leads to no program", () => {
    setup("start");
    const { status, output } = setup("start", { DROPCLIP_FFMPEG: "/nowhere/ffmpeg" });
    expect({ status, output }).toEqual({
      status: 1,
      output: "DROPCLIP_FFMPEG is set to /nowhere/ffmpeg, which is not a program\n",
    });
  });

  it("explains itself", () => expect(setup("nothing").status).toBe(2));
});

describe("setup test", () => {
  beforeEach(() => {
    setup("start");
    command(
      "node_modules/.bin/sst",
      `echo "sst $* with $XDG_CONFIG_HOME" >> calls
      mkdir -p .sst/platform/src/components .sst/platform/node_modules/@pulumi/pulumi
      echo '[]' > .sst/provider-lock.json`,
    );
    calls();
  });

  it("fetches SST's source with a config folder of the project's own, once", () => {
    expect(setup("test")).toEqual({ status: 0, output: "fetching bun …\nfetching SST's component source …\n" });
    expect(calls()).toEqual([
      expect.stringMatching(/^npm ci --prefix \S+\/\.tools --ignore-scripts /),
      `sst install --stage dev with ${root}/.tools/config`,
    ]);
    expect(existsSync(path.join(root, ".config"))).toBe(false);
    const pulumi = spawnSync(path.join(root, ".tools/config/sst/bin/pulumi"), ["version"], { encoding: "utf8" });
    expect(pulumi.stdout).toBe("v3.215.0\n");
    expect(setup("test")).toEqual({ status: 0, output: "" });
  });

  it("fetches again when other providers are asked for, not when the rest of the config changes", () => {
    setup("test");
    const config = (rest: string, providers: string) =>
      write("sst.config.ts", `export default $config({ ${rest} app: () => ({ providers: { ${providers} } }) });`);
    config("/* new */", 'aws:   "7.20.0"');
    expect(setup("test").output).toBe("");
    config("", 'aws: "7.21.0"');
    expect(setup("test").output).toBe("fetching SST's component source …\n");
  });

  /** The commands that the fakes are made of, and no others: this machine may have a browser of its own. */
  const alone = (env: Record<string, string> = {}, what = "test") => {
    const tools = path.join(root, "tools");
    mkdirSync(tools, { recursive: true });
    for (const name of ["sh", "cat", "chmod", "mkdir", "touch"])
      if (!existsSync(path.join(tools, name))) symlinkSync(`/bin/${name}`, path.join(tools, name));
    return setup(what, { PATH: `${bin}:${tools}`, ...env });
  };
  const mayInstall = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  const INSTALL = "apt-get install -y --no-install-recommends";
  /** As Debian's: notes how it was called, and puts the browser there. */
  const debian = (then = `touch ${bin}/chromium; chmod +x ${bin}/chromium`) =>
    command("bin/apt-get", `echo "apt-get $*" >> calls; case "$1" in install) ${then} ;; esac`);
  const withoutBrowser = () => {
    setup("test");
    calls();
    rmSync(path.join(bin, "chromium"));
  };

  it("wants neither a browser nor ffmpeg where only the stacks are run", () => {
    withoutBrowser();
    rmSync(path.join(bin, "ffmpeg"));
    expect(alone({ CI: "true" }, "synth")).toEqual({ status: 0, output: "" });
  });

  it.skipIf(!mayInstall)("installs a browser, once", () => {
    withoutBrowser();
    debian();
    const output = "reading Debian's package lists …\ninstalling chromium-headless-shell …\n";
    expect(alone({ CI: "true" })).toEqual({ status: 0, output });
    expect(calls()).toEqual(["apt-get update", `${INSTALL} chromium-headless-shell`]);
    expect(alone({ CI: "true" })).toEqual({ status: 0, output: "" });
  });

  it.skipIf(!mayInstall)("installs the browser with a window where there is no other", () => {
    withoutBrowser();
    debian(`case "$*" in *-shell) exit 100 ;; esac; touch ${bin}/chromium; chmod +x ${bin}/chromium`);
    expect(alone({ CI: "true" }).status).toBe(0);
    expect(calls()).toEqual(["apt-get update", `${INSTALL} chromium-headless-shell`, `${INSTALL} chromium`]);
  });

  it("says that there is no browser and could not be, goes on, and fails where nobody reads it", () => {
    withoutBrowser();
    debian("echo no network; exit 100");
    const { status, output } = alone();
    expect(status).toBe(0);
    expect(output).toMatch(
      /(no network|chromium missing)[\s\S]*\nUntil then the pages are not tested in a browser\.\n$/,
    );
    expect(alone({ CI: "true" }).status).toBe(1);
  });

  it("takes the browser that is named, or Chrome, and names a variable that leads to no program", () => {
    withoutBrowser();
    command("bin/google-chrome", "exit 0");
    expect(alone()).toEqual({ status: 0, output: "" });
    expect(alone({ DROPCLIP_CHROMIUM: path.join(bin, "ffmpeg") })).toEqual({ status: 0, output: "" });
    expect(alone({ DROPCLIP_CHROMIUM: "/nowhere/chromium" })).toEqual({
      status: 1,
      output: "DROPCLIP_CHROMIUM is set to /nowhere/chromium, which is not a program\n",
    });
  });

  it("shows what a failed sst said", () => {
    command("node_modules/.bin/sst", "echo no network; exit 1");
    const { status, output } = setup("test");
    expect(status).toBe(1);
    expect(output).toContain("no network");
    expect(existsSync(path.join(root, ".sst/dropclip-stamp"))).toBe(false);
  });
});
