import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GetObjectTaggingCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { publishLocally, readSite } from "@dropclip/cli";
import { TestClock } from "@dropclip/local/clock";
import type { Role } from "@dropclip/synth/cloud";
import { type TestCloud, testCloud } from "./cloud.ts";

export const POLICY = `<meta http-equiv="Content-Security-Policy" content="connect-src 'self'; img-src 'self' blob:; media-src 'self' blob:" />`;
export const STAGE = '<script type="application/json" id="stage">{}</script>';
export const Bucket = "dropclip-pages-dev";

/** A cloud whose pages a test publishes, and the pages as viewers and operators see them. */
export interface Stand {
  cloud: TestCloud;
  clock: TestClock;
  /** Folder of the builds. */
  folder: string;
  /** Builds pages whose script is named by the release; the folder they are in. */
  built(release: string, more?: Record<string, string>): string;
  /** Publishes what was built there, and waits until the edge has forgotten the old pages. */
  publish(site: string): ReturnType<typeof publishLocally>;
  get(path: string, init?: RequestInit): Promise<Response>;
  text(path: string): Promise<string>;
  /** S3 as the operator. */
  s3(command: any): Promise<any>;
  tags(key: string): Promise<any>;
  /** Keys of the assets that are stored. */
  keys(): Promise<string[]>;
  close(): Promise<void>;
}

/** Without what happens by the clock: months may go by. */
export async function openStand(...roles: Role[]): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), "dropclip-site-"));
  const clock = new TestClock(Date.now());
  const adjust = (facts: TestCloud["facts"]) => ({ ...facts, rules: [], roles: [...facts.roles, ...roles] });
  const cloud = await testCloud({ clock, adjust });
  const { region, credentials, endpoints, pages } = cloud;
  const get: Stand["get"] = (path, init) => fetch(pages + path, init);
  const s3: Stand["s3"] = async (command) => {
    const offset = { systemClockOffset: clock.now() - Date.now() };
    const client = new S3Client({ endpoint: endpoints.s3, region, credentials, forcePathStyle: true, ...offset });
    return await client.send(command).finally(() => client.destroy());
  };
  return {
    ...{ cloud, clock, folder, get, s3 },
    built: (release, more) => write(join(folder, release), { ...filesOf(release), ...more }),
    async publish(site) {
      const published = await publishLocally(cloud, readSite(site), new AbortController().signal);
      await clock.advance(10_000);
      return published;
    },
    text: async (path) => (await get(path)).text(),
    tags: async (Key) => (await s3(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet,
    async keys() {
      const { Contents = [] } = await s3(new ListObjectsV2Command({ Bucket, Prefix: "assets/" }));
      return Contents.map(({ Key }: { Key: string }) => Key);
    },
    async close() {
      await cloud.dispose();
      rmSync(folder, { recursive: true });
    },
  };
}

const filesOf = (release: string) => ({
  "index.html": `<!doctype html><head>${POLICY}${STAGE}<script type="module" src="/assets/main-${release}.js"></script></head><p>${release}</p>`,
  [`assets/main-${release}.js`]: `document.title = ${JSON.stringify(release.repeat(400))};`,
  "assets/shared-1.css": "p { color: red }",
  "icon.svg": `<svg xmlns="http://www.w3.org/2000/svg"/><!-- ${release} -->`,
});

/** Writes files below a folder, and returns it. */
export function write(folder: string, files: Record<string, string>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
