import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds against a page as it stands, as `rule: element`. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(source);
  const found: any = await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`);
  return found.violations.flatMap(({ id, nodes }: any) => nodes.map(({ target }: any) => `${id}: ${target}`));
}
