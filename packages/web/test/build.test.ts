import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { beforeAll, describe, expect, it, vi } from "vitest";

const KIB = 1024;
interface Chunk {
  type: "chunk" | "asset";
  fileName: string;
  name: string;
  code: string;
  source: string;
  imports: string[];
  facadeModuleId: string | null;
}
let files: Chunk[];

beforeAll(async () => {
  const root = join(import.meta.dirname, "..");
  // Otherwise it builds what is tested, not what is published.
  vi.stubEnv("NODE_ENV", "production");
  const result = await build({ root, logLevel: "error", build: { write: false } });
  files = (result as unknown as { output: Chunk[] }).output;
  vi.unstubAllEnvs();
});

const size = (text: string) => gzipSync(text, { level: 9 }).length;
/** A file and all it imports before it runs. */
function needed(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const one of files.find(({ fileName }) => fileName === file)?.imports ?? []) needed(one, seen);
  return seen;
}
const of = (module: RegExp) => needed(files.find(({ facadeModuleId }) => module.test(facadeModuleId ?? ""))!.fileName);
const sizeOf = (names: Set<string>) =>
  files.filter(({ fileName }) => names.has(fileName)).reduce((sum, { code }) => sum + size(code), 0);
const index = () => files.find(({ fileName }) => fileName === "index.html")!.source;

/** What the event's page runs before it shows anything: what `index.html` names, and one language. */
const first = (language: string) =>
  new Set([
    ...[...index().matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].flatMap(([, file]) => [...needed(file!)]),
    ...of(new RegExp(`languages/${language}\\.ts$`)),
  ]);

describe("the built pages", () => {
  it.each(["en", "de"])("begin with at most 20 kB of JavaScript in %s", (language) => {
    expect([...first(language)].some((file) => /first/.test(file))).toBe(true);
    expect(sizeOf(first(language))).toBeLessThanOrEqual(20 * KIB);
  });

  it("name at once all that runs before the reader's language is known", () => {
    const named = [...index().matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file!);
    const imported = named.flatMap((file) => [...needed(file)]);
    expect(imported.filter((file) => !named.includes(file))).toEqual([]);
  });

  it("have at most 6 kB of styles", () => {
    const styles = files.filter(({ fileName }) => fileName.endsWith(".css"));
    expect(styles).not.toEqual([]);
    expect(styles.reduce((sum, { source }) => sum + size(source), 0)).toBeLessThanOrEqual(6 * KIB);
  });

  it("load at most 15 kB more to send, and only then", () => {
    const sending = new Set([...of(/send\/page\.tsx$/), ...of(/send\/engine\.ts$/)]);
    const more = new Set([...sending].filter((file) => !first("en").has(file)));
    expect(sizeOf(more)).toBeGreaterThan(10 * KIB);
    expect(sizeOf(more)).toBeLessThanOrEqual(15 * KIB);
  });

  it("hold the place of the stage, and nothing that a strict policy refuses", () => {
    expect(index()).toContain('<script type="application/json" id="stage">{}</script>');
    expect(index()).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="connect-src 'self'; img-src 'self' blob:; media-src 'self' blob:"/,
    );
    const scripts = [...index().matchAll(/<script\b([^>]*)>/g)].map(([, attributes]) => attributes!);
    expect(scripts.filter((one) => !/ src="\/assets\/|application\/json/.test(one))).toEqual([]);
    expect(index()).not.toMatch(/\sstyle=|<style|\son\w+=/);
  });

  it("name every file by its content but the icon", () => {
    const named = files.filter(({ fileName }) => fileName.startsWith("assets/")).map(({ fileName }) => fileName);
    expect(named.filter((one) => !/-[\w-]{8}\.\w+$/.test(one))).toEqual([]);
  });
});
