import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** Documents that people read in the repository, by their path from the root. */
export const documents = (): Document[] =>
  globSync(["*.md", "docs/**/*.md", "packages/*/README.md", "packages/*/src/**/README.md", ".github/**/*.md"], {
    cwd: ROOT,
  })
    // Tells what was, not what is.
    .filter((file) => file !== "CHANGELOG.md")
    .sort()
    .map((file) => read(file));

export interface Document {
  file: string;
  text: string;
  links: string[];
  /** Inline code, line by line, and each line of the blocks of code. */
  code: string[][];
  /** As GitHub names them in addresses. */
  anchors: string[];
}

/** A document of which code and links are laid out. */
export function read(file: string, text = readFileSync(join(ROOT, file), "utf8")): Document {
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```/gms)].filter(([, language]) => language !== "mermaid");
  const prose = text.replace(/^```.*?^```/gms, "");
  const inline = prose.split("\n").map((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => code!));
  return {
    file,
    text,
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!),
    code: [...inline, ...blocks.flatMap(([, , block]) => block!.split("\n").map((line) => [line]))],
    anchors: [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!)),
  };
}

const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
