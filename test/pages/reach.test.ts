import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { clip, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { violations } from "./axe.ts";
import { CHROMIUM, openBrowser, PHONE, type Visitor } from "./browser.ts";

const folder = mkdtempSync(join(tmpdir(), "dropclip-reach-"));
const file = (name: string) => join(folder, name);
const EVENT = `/e/${DEMO_EVENT_ID}`;
const NARROW = { ...PHONE, viewport: { width: 320, height: 640 } };

/** What can be pressed, as far as it is seen: a dialog that is open leaves nothing else. */
const PRESSED = `const within = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
  const pressed = [...within.querySelectorAll("a[href], button, summary, input, textarea")].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.disabled && !one.matches(".skip"));
  const nameOf = (one) => one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent;`;
/** Their names, where a finger would miss them: a label is pressed as well as its box. */
const SMALL = `(() => { ${PRESSED}
  return pressed.filter((one) => {
    const { width, height } = (one.closest("label, .show") ?? one).getBoundingClientRect();
    return width < 44 || height < 44;
  }).map(nameOf);
})()`;
/** What has the focus, and whether that is seen. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  // The ring of what fills a card is the card's.
  const { outlineStyle, outlineWidth } = getComputedStyle(one.closest(".show") ?? one);
  const { top, bottom, left, right } = one.getBoundingClientRect();
  const isRinged = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const isIn = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  ${PRESSED}
  return { index: Number(one.dataset.stop ?? -1), isPage: one === document.body, isSeen: isRinged && isIn, name: nameOf(one) };
})()`;

let cloud: TestCloud;
let browser: Awaited<ReturnType<typeof openBrowser>>;
let visitor: Visitor;
let uploadId: string;
let collectionId: string;

describe.skipIf(!CHROMIUM)("the pages, for whoever they are", () => {
  beforeAll(async () => {
    cloud = await testCloud();
    const paint = (background: string, name: string) =>
      sharp({ create: { width: 300, height: 200, channels: 3, background } })
        .jpeg()
        .toFile(file(name));
    await Promise.all([
      clip(file("clip.mp4"), { size: "180x320", seconds: 1 }),
      paint("#204080", "a.jpg"),
      paint("#802040", "b.jpg"),
      paint("#408020", "extra.jpg"),
    ]);
    writeFileSync(file("words.pdf"), "words");
    ({ uploadId } = await cloud.send([file("clip.mp4"), file("a.jpg")]));
    await cloud.completed(uploadId);
    const creative = await cloud.as("creative");
    await creative("PATCH", "/me", { displayName: "Nina & Band" });
    ({ collectionId } = (await creative("POST", "/collections", { title: "Best of" })).body);
    await creative("PUT", `/collections/${collectionId}/media/${uploadId}/image1`);
    browser = await openBrowser(cloud);
  });
  afterEach(async () => {
    const { troubles } = visitor;
    await visitor.leave();
    expect(troubles).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await cloud.dispose();
    rmSync(folder, { recursive: true });
  });

  const find = (text: string) => visitor.page.locator(text).first().waitFor();
  const focused = () => visitor.page.evaluate(FOCUSED) as Promise<any>;
  const has = (name: string | RegExp) =>
    eventually(async () => expect((await focused()).name?.trim()).toMatch(name), 100);
  async function choose(...names: string[]) {
    await visitor.page.locator("input[type=file]").first().setInputFiles(names.map(file));
    await visitor.page.locator(".file").first().waitFor();
  }
  async function signedIn(path: string) {
    await visitor.visit(path);
    await visitor.page.getByRole("button", { name: "Sign in" }).first().click();
    await visitor.signIn("fan");
  }

  /** Each tab stop is seen, and there is one for everything that can be pressed. */
  async function byKeyboard(): Promise<string[]> {
    const { page } = visitor;
    const count = (await page.evaluate(`(() => { ${PRESSED} 
      for (const [index, one] of pressed.entries()) one.dataset.stop = index;
      return pressed.map(nameOf);
    })()`)) as string[];
    const seen = new Set<number>();
    const wrong: string[] = [];
    // Radio buttons are one stop; the skip link, the page itself and a dialog's end are stops beside.
    for (let stop = 0; stop < count.length + 4; stop++) {
      await page.keyboard.press("Tab");
      const { index, isSeen, name } = await focused();
      if (index < 0) continue;
      seen.add(index);
      if (!isSeen) wrong.push(`not seen to have the focus: ${name}`);
    }
    const radios = (await page.evaluate(
      `(() => { ${PRESSED} return pressed.flatMap((one, index) => one.type === "radio" ? [index] : []); })()`,
    )) as number[];
    const missed = count.filter((_, index) => !seen.has(index) && !radios.includes(index));
    return [...wrong, ...missed.map((name) => `not reached: ${name}`)];
  }

  async function look(name: string): Promise<string[]> {
    const { page } = visitor;
    const found: string[] = [];
    const add = (mode: string, some: string[]) => found.push(...some.map((one) => `${name}, ${mode}: ${one}`));
    const isTooWide = async () =>
      (await page.evaluate("document.documentElement.scrollWidth > innerWidth")) ? ["too wide"] : [];
    add("small", (await page.evaluate(SMALL)) as string[]);
    add("keyboard", await byKeyboard());
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      add(colorScheme, [...(await violations(page)), ...(await isTooWide())]);
    }
    await page.evaluate("document.documentElement.dir = 'rtl'; document.documentElement.style.fontSize = '200%'");
    add("from right to left, twice as large", [...(await violations(page)), ...(await isTooWide())]);
    await page.evaluate("document.documentElement.dir = 'ltr'; document.documentElement.style.fontSize = ''");
    return found;
  }

  it("have nothing that axe finds against on any of them, and all of it by keyboard and by finger", async () => {
    visitor = await browser.visitor(NARROW);
    const { page } = visitor;
    const all: string[] = [];
    const visit = async (name: string, path: string, there: string) => {
      await visitor.visit(path);
      await find(there);
      all.push(...(await look(name)));
    };
    await visit("home", "/", ".show");
    await visit("event", EVENT, ".grid a");
    await visit("collection", `/c/${collectionId}`, ".grid a");
    await visit("clip", `${EVENT}/${uploadId}/video`, "dialog[open] video");
    await visit("photo", `${EVENT}/${uploadId}/image1`, "dialog[open] .stage img");
    await page.getByRole("button", { name: "Report" }).click();
    await find(".report");
    all.push(...(await look("report, signed out")));
    await visit("nothing", "/nowhere", ".notice");
    await visit("no such show", "/e/nonsense", ".notice a");
    await visit("sign in first", "/mine", ".notice button");
    await visitor.visit(`${EVENT}/send`);
    await find(".picker");
    await choose("a.jpg", "clip.mp4", "words.pdf");
    await find(".refused li");
    all.push(...(await look("send")));

    await signedIn("/mine");
    await find(".sent");
    all.push(...(await look("mine")));
    await page.getByRole("button", { name: "Delete" }).first().click();
    await find("dialog[open]");
    all.push(...(await look("delete")));
    await visit("profile", "/profile", ".about");
    await page.getByLabel("Your account").click();
    all.push(...(await look("menu")));
    await visitor.visit(`${EVENT}/${uploadId}/image1`);
    await page.getByRole("button", { name: "Report" }).click();
    await find(".report form");
    all.push(...(await look("report")));
    expect(all).toEqual([]);
  });

  it("keep the focus where one is, whatever goes away", async () => {
    visitor = await browser.visitor(NARROW);
    const { page } = visitor;
    await signedIn(`${EVENT}/send`);
    await find(".picker");
    await choose("a.jpg", "b.jpg", "clip.mp4", "words.pdf");
    await find(".refused li");
    const press = async (name: string) => {
      await page.getByRole("button", { name }).focus();
      await page.keyboard.press("Enter");
    };
    await press("Take off the list: words.pdf");
    await has(/^Remove: a\.jpg$/);
    await page.keyboard.press("Enter");
    await has(/^Remove: b\.jpg$/);
    // What is sent stays where it is, as long as one looks.
    await page.route(`${cloud.endpoints.s3}/**`, () => {});
    await press("Send 2 files");
    await has(/^Pause all$/);
    await press("Pause: b.jpg");
    await has(/^Go on: b\.jpg$/);
    await page.keyboard.press("Enter");
    await has(/^Pause: b\.jpg$/);
    await press("Cancel: b.jpg");
    await has(/^Pause: clip\.mp4$/);
    await press("Cancel: clip.mp4");
    await eventually(async () => expect((await focused()).isPage).toBe(false));

    await page.getByLabel("Your account").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await has(/^My uploads$/);
    await page.keyboard.press("Escape");
    await has(/^Your account$/);
    await visitor.visit("/mine");
    await page.getByRole("button", { name: "Delete" }).first().focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await has(/^Delete$/);
    const extra = await cloud.send([file("extra.jpg")]);
    await cloud.completed(extra.uploadId);
    await page.reload();
    await find(".sent >> text=extra.jpg");
    await page.getByRole("button", { name: "Delete" }).first().focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").getByRole("button", { name: "Delete" }).focus();
    await page.keyboard.press("Enter");
    await page.locator(".sent", { hasText: "extra.jpg" }).waitFor({ state: "detached" });
    await has(/^Demo night$/);
  });

  it("do not move for those who ask for that", async () => {
    const moving = `[...document.querySelectorAll("*")].filter((one) => {
      const { transitionDuration, animationName } = getComputedStyle(one);
      return animationName !== "none" || transitionDuration.split(",").some((one) => parseFloat(one) > 0);
    }).length`;
    visitor = await browser.visitor(PHONE);
    const { page } = visitor;
    for (const path of ["/", EVENT, `${EVENT}/${uploadId}/video`, `${EVENT}/send`]) {
      await visitor.visit(path);
      await find(".show, .grid a, .picker");
      if (path.endsWith("video")) await find("dialog[open] video");
      await page.emulateMedia({ reducedMotion: "no-preference" });
      const count = Number(await page.evaluate(moving));
      await page.emulateMedia({ reducedMotion: "reduce" });
      expect([path, count > 0, await page.evaluate(moving)]).toEqual([path, true, 0]);
    }
  });
});
