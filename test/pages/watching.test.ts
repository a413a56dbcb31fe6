import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Api, clip, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { CHROMIUM, DESK, openBrowser, PHONE, type Visitor } from "./browser.ts";

const folder = mkdtempSync(join(tmpdir(), "dropclip-pages-"));
const EVENT = `/e/${DEMO_EVENT_ID}`;
/** What somebody may call their show: markup, directions, marks and emoji, all to be shown as they are. */
const ODD = `<img src=x onerror=alert(1)> שלום ${"Z\u0351\u0489".repeat(20)} 👩‍👩‍👧‍👦 {{7*7}}`;

let cloud: TestCloud;
let creative: Api;
let browser: Awaited<ReturnType<typeof openBrowser>>;
let visitor: Visitor;
let uploadId: string;

const photo = async (name: string, width: number, height: number, background: string) => {
  await sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toFile(join(folder, name));
  return join(folder, name);
};

describe.skipIf(!CHROMIUM)("the pages, for whoever looks at them", () => {
  beforeAll(async () => {
    cloud = await testCloud();
    creative = await cloud.as("creative");
    const files = await Promise.all([
      clip(join(folder, "clip.mp4"), { size: "360x640", seconds: 2 }),
      photo("wide.jpg", 900, 600, "#2040a0"),
      photo("tall.jpg", 600, 900, "#a02060"),
    ]);
    ({ uploadId } = await cloud.send(files));
    browser = await openBrowser(cloud);
    await cloud.completed(uploadId);
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

  const visit = async (path: string, options: Parameters<typeof browser.visitor>[0] = PHONE) => {
    visitor = await browser.visitor(options);
    await visitor.visit(path);
    return visitor.page;
  };
  const tiles = () => visitor.page.locator(".grid a");
  const focused = () => visitor.page.evaluate("document.activeElement.getAttribute('aria-label')");

  it("show clips and photos in their own shapes, before a picture is there", async () => {
    visitor = await browser.visitor(PHONE);
    await visitor.page.route(`${cloud.cdn}/**`, (route) => route.abort());
    await visitor.visit(EVENT);
    await tiles().first().waitFor();
    const shapes = await visitor.page.evaluate(
      "[...document.querySelectorAll('.grid li')].map((li) => (li.offsetWidth / li.offsetHeight).toFixed(1)).sort()",
    );
    expect(shapes).toEqual(["0.6", "0.7", "1.5"]);
    expect(await visitor.page.title()).toBe("Demo night – dropclip");
  });

  it("ask for the show and its media before the app and its words are there, and once", async () => {
    visitor = await browser.visitor(PHONE);
    const { page } = visitor;
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().startsWith(cloud.api)) asked.push(new URL(request.url()).pathname);
    });
    const both = Promise.all([page.waitForRequest(/\/events\/[^/]+$/), page.waitForRequest(/\/media\?/)]);
    await page.route(/\/assets\/(first|app|language|en)-/, async (route) => {
      await both;
      await route.continue();
    });
    await visitor.visit(EVENT);
    await tiles().nth(2).waitFor();
    const shown = asked.filter((path) => path.startsWith("/events/"));
    expect(shown).toEqual([`/events/${DEMO_EVENT_ID}`, `/events/${DEMO_EVENT_ID}/media`]);
  });

  it("do not jump while they load", async () => {
    await creative("PATCH", "/me", { displayName: "Nina & Band" });
    const page = await visit(EVENT);
    await tiles().nth(2).waitFor();
    await page.getByText("Nina & Band").waitFor();
    const jumps = `new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0)))
        .observe({ type: "layout-shift", buffered: true });
      setTimeout(() => resolve(0), 300);
    })`;
    expect(await page.evaluate(jumps)).toBeLessThanOrEqual(0.05);
  });

  it("open one by key, go on by arrow, close by Esc, and give the focus back", async () => {
    const page = await visit(EVENT, DESK);
    await tiles().first().focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    expect(page.url()).toMatch(new RegExp(`${EVENT}/${uploadId}/\\w+$`));
    const first = page.url();
    const previous = page.getByRole("button", { name: "Previous" });
    expect(await previous.count()).toBe(0);
    await page.keyboard.press("ArrowRight");
    await page.waitForURL((url) => url.href !== first);
    await previous.waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    expect(page.url()).toMatch(new RegExp(`${EVENT}$`));
    expect(await focused()).toBe(await tiles().nth(1).getAttribute("aria-label"));
  });

  it("play a clip by its own address: the picture moves and there is sound", async () => {
    visitor = await browser.visitor(PHONE);
    const { page } = visitor;
    let send = () => {};
    const isAwaited = new Promise<void>((resolve) => {
      send = resolve;
    });
    await page.route(/\.(mp4|m3u8)$/, async (route) => {
      await isAwaited;
      await route.continue();
    });
    await visitor.visit(`${EVENT}/${uploadId}/video`);
    // That it waits is said.
    await page.locator("dialog").getByText("Loading").waitFor();
    send();
    await page.locator("dialog").getByText("Loading").waitFor({ state: "detached" });
    const shown = () =>
      page.evaluate(
        "(v => ({ frames: v.getVideoPlaybackQuality().totalVideoFrames, audio: v.webkitAudioDecodedByteCount, at: v.currentTime }))(document.querySelector('dialog video'))",
      ) as Promise<{ frames: number; audio: number; at: number }>;
    await eventually(async () => {
      const { frames, audio, at } = await shown();
      expect([frames > 10, audio > 0, at > 0.3]).toEqual([true, true, true]);
    });
    await page.keyboard.press("k");
    await page.getByRole("button", { name: "Play" }).waitFor();
    await page.getByRole("slider").fill("1");
    expect((await shown()).at).toBeCloseTo(1, 1);
    const frame = page.locator(".frame img");
    expect(await frame.count()).toBe(0);
    const bar = (await page.getByRole("slider").boundingBox())!;
    await page.mouse.move(bar.x + bar.width / 2, bar.y + bar.height / 2);
    expect(await frame.getAttribute("src")).toMatch(/0000001\.jpg$/);
    await eventually(async () =>
      expect(await frame.evaluate((one: any) => one.naturalHeight > one.naturalWidth)).toBe(true),
    );
    const box = (await frame.boundingBox())!;
    expect([box.height > box.width, box.y + box.height <= bar.y + 1, box.x >= 0]).toEqual([true, true, true]);
    await page.mouse.move(0, 0);
    await frame.waitFor({ state: "detached" });
    await page.goBack();
  });

  it("keep a photo on the reader's device under a sensible name, and pass its address on", async () => {
    const page = await visit(`${EVENT}/${uploadId}/image1`, {
      ...DESK,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^Demo night \d{4}-\d\d-\d\d \d{6}-1\.jpg$/);
    expect(new URL(download.url()).host).toBe(new URL(cloud.endpoints.s3).host);
    expect(await sharp(readFileSync(await download.path())).metadata()).toMatchObject({ width: 900, height: 600 });
    const middle = () =>
      page.locator(".stage").evaluate((one: any) => (one.scrollLeft + one.clientWidth / 2) / one.scrollWidth);
    for (const pressed of ["true", "false"]) {
      await page.getByRole("button", { name: "Zoom", exact: true }).click();
      await page.locator(`[aria-pressed=${pressed}]`).waitFor();
      expect(await middle()).toBeCloseTo(0.5, 1);
    }
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByText("Link copied").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(page.url());
    await page.getByRole("button", { name: "Report" }).click();
    await page.locator(".report").getByRole("button", { name: "Sign in" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".report").waitFor({ state: "detached" });
    expect([await focused(), await page.locator("dialog[open]").count()]).toEqual(["Report to the performer", 1]);
    // Whoever signs in for it comes back to it.
    await page.keyboard.press("Enter");
    await page.locator(".report").getByRole("button", { name: "Sign in" }).click();
    await visitor.signIn("other-fan");
    await page.locator(".report").getByRole("button", { name: "Send the report" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Report" }).waitFor();
    expect(await page.locator(".report").count()).toBe(0);
  });

  it("open what is far down the list, and name who sent it where they want that", async () => {
    const more = await cloud.send([join(folder, "wide.jpg")]);
    await cloud.completed(more.uploadId);
    await cloud.call("PATCH", "/me", { displayName: "Ada", public: true });
    visitor = await browser.visitor(PHONE);
    const { page } = visitor;
    await page.route(/limit=60/, (route) =>
      route.continue({ url: route.request().url().replace("limit=60", "limit=1") }),
    );
    await visitor.visit(EVENT);
    await tiles().nth(3).waitFor();
    const last = await tiles().last().getAttribute("href");
    await visitor.visit(last!);
    await page.locator("dialog[open] .from", { hasText: "Ada" }).waitFor();
    await page.locator("dialog[open] .stage").waitFor();
    await cloud.call("DELETE", `/uploads/${more.uploadId}`);
    await cloud.call("PATCH", "/me", { displayName: null, public: false });
  });

  it("say so when a media is gone, when there is no such show, and when nobody answers", async () => {
    const page = await visit(`${EVENT}/${uploadId}/image9`);
    await page.getByRole("heading", { name: "This is no longer here" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    for (const nowhere of ["/e/01900000-0000-7000-8000-00000000dead", "/e/nonsense"]) {
      await visitor.visit(nowhere);
      await page.getByRole("heading", { name: "There is no such show" }).waitFor();
    }
    await visitor.visit("/nowhere/at/all");
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    await page.route(`${cloud.api}/**`, (route) => route.abort());
    await visitor.visit(EVENT);
    await page.getByRole("heading", { name: "No connection" }).waitFor();
    await page.unroute(`${cloud.api}/**`);
    await page.getByRole("button", { name: "Try again" }).click();
    await tiles().nth(2).waitFor();
  });

  it("take in what is new and what is hidden by themselves", async () => {
    visitor = await browser.visitor(PHONE);
    const { page } = visitor;
    await page.clock.install();
    await visitor.visit(EVENT);
    await tiles().nth(2).waitFor();
    await creative("PATCH", `/uploads/${uploadId}/media/image1`, { hidden: true });
    const shows = (count: number) =>
      eventually(async () => {
        await page.clock.fastForward(20_000);
        await tiles().nth(count).waitFor({ state: "detached", timeout: 500 });
        expect(await tiles().count()).toBe(count);
      });
    await shows(2);
    await creative("PATCH", `/uploads/${uploadId}/media/image1`, { hidden: false });
    await shows(3);
    expect(await page.getByRole("status").textContent()).toBe("1 new clip or photo");
  });

  it("show names of every kind as text, and a show that is over as over", async () => {
    const times = { opensAt: "2026-01-01T00:00:00Z", closesAt: "2026-01-02T00:00:00Z" };
    const { body: event } = await creative("POST", "/events", { title: ODD, venue: `${ODD} bar`, ...times });
    const page = await visit(`/e/${event.eventId}`);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(ODD);
    expect(await page.locator(".where").textContent()).toBe(`${ODD} bar`);
    await page.getByText("Took clips until").waitFor();
    await page.getByRole("heading", { name: "Nothing was sent" }).waitFor();
    expect(await page.getByRole("link", { name: "Send your clips" }).count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await visitor.visit("/");
    await page.locator(".show", { hasText: "onerror" }).waitFor();
    await creative("DELETE", `/events/${event.eventId}`);
  });

  it("show a collection in its creative's order", async () => {
    const { body: collection } = await creative("POST", "/collections", {
      title: "Best of",
      description: "All of it.",
    });
    const { collectionId } = collection;
    for (const mediaId of ["image2", "video"])
      await creative("PUT", `/collections/${collectionId}/media/${uploadId}/${mediaId}`);
    const page = await visit(`/c/${collectionId}`);
    await page.getByRole("heading", { name: "Best of" }).waitFor();
    const named = () => tiles().evaluateAll((all: any[]) => all.map(({ dataset }) => dataset.media.split("/")[1]));
    expect(await named()).toEqual(["image2", "video"]);
    // A photo that cannot be had is shown as small as it is there.
    await page.route(/image2\.jpg$/, (route) => route.abort());
    await tiles().first().click();
    await page.locator('dialog[open] img[src$=".thumbnail.webp"]').waitFor();
    expect(page.url()).toMatch(`/c/${collectionId}/${uploadId}/image2`);
  });

  it("speak the reader's language", async () => {
    const page = await visit(EVENT, { ...PHONE, locale: "de-AT" });
    await page.getByRole("link", { name: "Schick deine Clips" }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("de");
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("link", { name: "Send your clips" }).waitFor();
  });
});
