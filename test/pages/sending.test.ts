import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { heif, hevc, nclx } from "../../packages/functions/test/heif.ts";
import { clip, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { violations } from "./axe.ts";
import { CHROMIUM, openBrowser, type Visitor } from "./browser.ts";

const MIB = 1024 ** 2;
const SEND = `/e/${DEMO_EVENT_ID}/send`;
const folder = mkdtempSync(join(tmpdir(), "dropclip-sending-"));
const file = (name: string) => join(folder, name);

/** Another tab may see a moment later what one has stored: it sees the session of now until it stores its own. */
const asItIs = async (page: Page) => `
  let before = ${JSON.stringify(await page.evaluate("localStorage.session"))};
  const { getItem, setItem } = Storage.prototype;
  Storage.prototype.getItem = function (name) {
    return name === "session" && before ? before : getItem.call(this, name);
  };
  Storage.prototype.setItem = function (name, value) {
    if (name === "session") before = undefined;
    setItem.call(this, name, value);
  };
`;

let cloud: TestCloud;
let browser: Awaited<ReturnType<typeof openBrowser>>;
let visitor: Visitor;

describe.skipIf(!CHROMIUM)("a fan in the browser", () => {
  beforeAll(async () => {
    cloud = await testCloud();
    // Room kept for the index: one second of video comes to three parts without taking long to encode.
    await clip(file("big.mp4"), { size: "320x180", seconds: 1 }, "-moov_size", String(17 * MIB));
    await clip(file("clip.mp4"), { size: "320x180", seconds: 2 });
    for (const [name, background] of Object.entries({ "a.jpg": "#204080", "b.jpg": "#802040" }))
      await sharp({ create: { width: 300, height: 200, channels: 3, background } })
        .jpeg()
        .toFile(file(name));
    writeFileSync(file("phone.heic"), heif({ items: [hevc("blue", nclx(1, 13, 1))] }));
    writeFileSync(file("empty.mp4"), "");
    // Takes no room: nothing is written to it.
    writeFileSync(file("huge.mp4"), "");
    truncateSync(file("huge.mp4"), 1024 * MIB + 1);
    writeFileSync(file("words.pdf"), "words");
    browser = await openBrowser(cloud);
  });
  afterEach(async () => {
    const { troubles } = visitor;
    await visitor.leave();
    expect(troubles).toEqual([]);
    expect(cloud.logs.filter(isTrouble)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await cloud.dispose();
    rmSync(folder, { recursive: true });
  });

  /** A refusal or an error, except that the edge asks for paths of the app that are no files. */
  const isTrouble = ({ service, level, principal }: TestCloud["logs"][number]) =>
    (service === "iam" && principal !== "cloudfront.amazonaws.com") || level === "error";
  const rows = () => visitor.page.locator(".file");
  const state = (name: string) => visitor.page.locator(".file", { hasText: name }).getAttribute("data-state");
  const becomes = (name: string, wanted: string) => eventually(async () => expect(await state(name)).toBe(wanted));
  /** S3 has it whole, and the page knows. */
  const arrives = (name: string) =>
    eventually(async () => expect(["sent", "pending", "processing", "complete"]).toContain(await state(name)));
  /** Hands files to the page, which looks at each before it takes it. */
  const choose = async (...names: string[]) => {
    await visitor.page.locator("input[type=file]").first().setInputFiles(names.map(file));
  };
  /** Comes to the page of sending, signed in. */
  async function arrive() {
    visitor = await browser.signedIn("fan");
    await visitor.visit(SEND);
    await visitor.page.locator(".picker").waitFor();
  }
  /** So slow that a part takes a moment. */
  async function slow() {
    const session = await visitor.page.context().newCDPSession(visitor.page);
    await session.send("Network.enable");
    const line = { latency: 0, downloadThroughput: -1, uploadThroughput: 12 * MIB, offline: false };
    await session.send("Network.emulateNetworkConditions", line);
  }
  const answered = (call: string) => eventually(() => expect(visitor.calls()).toContain(call));
  const newest = async () => (await cloud.call("GET", "/me/uploads")).body.uploads[0];

  it("chooses before signing in, is told what is not taken, and sees what was sent on the show's page", async () => {
    visitor = await browser.visitor();
    const { page } = visitor;
    await visitor.visit(SEND);
    await page.locator(".picker").waitFor();
    await choose("words.pdf", "empty.mp4", "clip.mp4", "a.jpg", "a.jpg", "phone.heic");
    await rows().nth(2).waitFor();
    await page.locator(".refused li").nth(2).waitFor();
    expect(await page.getByRole("list", { name: "Not taken" }).getByRole("listitem").allTextContents()).toEqual([
      expect.stringMatching(/^words\.pdf Files of this type are not taken\. Taken are mp4, .* and gif\.$/),
      "empty.mp4 This file is empty.",
      "a.jpg You have chosen this file already.",
    ]);
    // The browser cannot decode it: its kind is shown.
    const preview = rows().nth(2).locator(".preview");
    expect(await preview.textContent()).toBe("heic");
    // At the end of the page, where nothing stands above the last file.
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    expect(await violations(page)).toEqual([]);
    expect(visitor.calls()).toEqual([]);
    await page.getByRole("button", { name: "Sign in and send 3 files" }).click();
    await visitor.signIn("fan");
    expect(page.url()).toMatch(new RegExp(`${SEND}$`));
    for (const name of ["clip.mp4", "a.jpg", "phone.heic"]) await becomes(name, "complete");
    // Now there is a copy that every browser shows.
    await eventually(async () =>
      expect(await preview.locator("img").evaluate((one: any) => one.naturalWidth)).toBeGreaterThan(0),
    );
    expect(visitor.calls()).toEqual(["PutObject 200", "PutObject 200", "PutObject 200"]);
    expect((await newest()).media.map(({ mediaId }: any) => mediaId)).toEqual(["video", "image1", "image2"]);
    expect(await page.locator("[data-said]").textContent()).toBe("Everything is sent");
    await page.getByRole("link", { name: "Watch: clip.mp4" }).click();
    await page.locator("dialog video").waitFor();

    await page.getByRole("button", { name: "Report" }).click();
    const report = page.locator(".report");
    await report.getByLabel("It is not of this show").check();
    // Keys that the viewer goes by are letters here.
    await report.getByLabel("More about it").pressSequentially("look, l k");
    expect(await violations(page)).toEqual([]);
    await report.getByRole("button", { name: "Send the report" }).click();
    await page.getByText("Your report was sent").waitFor();
    const { body } = await (await cloud.as("creative"))("GET", `/events/${DEMO_EVENT_ID}/reports`);
    expect(body.reports).toMatchObject([{ mediaId: "video", reason: "spam", text: "look, l k" }]);
  });

  it("lists five hundred files while the page goes on answering, sends them as uploads, and says which are too many", async () => {
    const creative = await cloud.as("creative");
    const { eventId } = (await creative("POST", "/events", { title: "Many", uploadsPerFan: 2 })).body;
    const photo = readFileSync(file("a.jpg"));
    const many = Array.from({ length: 496 }, (_, index) => `many-${index}.jpg`);
    for (const name of many) writeFileSync(file(name), photo);
    for (const name of ["clip-1.mp4", "clip-2.mp4"]) cpSync(file("clip.mp4"), file(name));
    visitor = await browser.signedIn("fan");
    const { page } = visitor;
    await visitor.visit(`/e/${eventId}/send`);
    await page.locator(".picker").waitFor();
    await page.evaluate(`
      window.growths = 0;
      const hasRow = ({ addedNodes }) => [...addedNodes].some((node) => node.matches?.("li, :has(li)"));
      const note = (changes) => { if (changes.some(hasRow)) growths++; };
      new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
    `);
    // None arrives: what is done with them is shown elsewhere.
    await page.context().route(`${cloud.endpoints.s3}/**`, () => {});
    await choose(...many, "clip-1.mp4", "words.pdf", "clip-2.mp4", "empty.mp4", "a.jpg");
    await page.getByRole("button", { name: "Send 498 files" }).click();
    expect(await page.locator(".refused li strong").allTextContents()).toEqual(["a.jpg", "words.pdf", "empty.mp4"]);
    const tooMany = page.getByText("You have used up the uploads this show takes from one fan.");
    await eventually(async () => expect(await tooMany.count()).toBe(498 - 2 * 21));
    const { uploads } = (await cloud.call("GET", "/me/uploads")).body;
    const sent = uploads.filter((upload: any) => upload.eventId === eventId).map(({ media }: any) => media.length);
    expect(sent).toEqual([21, 21]);
    // The page stood still for ten seconds when each file was listed on its own.
    expect(await page.evaluate("growths")).toBeLessThan(50);
  });

  it("knows that a file has arrived though the answer to its end was lost", async () => {
    await arrive();
    await choose("big.mp4");
    // The page hears nothing of it.
    await visitor.page.evaluate(`
      const { open } = XMLHttpRequest.prototype;
      XMLHttpRequest.prototype.open = function (method) {
        if (method === "POST") Object.defineProperty(this, "onload", { set() {} });
        return open.apply(this, arguments);
      };
    `);
    await visitor.page.getByRole("button", { name: "Send 1 file" }).click();
    await answered("CompleteMultipartUpload 200");
    visitor.page.on("dialog", (dialog) => dialog.accept());
    const before = visitor.calls().length;
    await visitor.page.reload();
    await arrives("big.mp4");
    expect(visitor.calls().slice(before)).toEqual([]);
  });

  it("pauses, goes on, and takes back what was cancelled", async () => {
    await arrive();
    await slow();
    await choose("big.mp4");
    const { page } = visitor;
    await page.getByRole("button", { name: "Send 1 file" }).click();
    await answered("UploadPart 1 200");
    await page.getByRole("button", { name: "Pause: big.mp4" }).click();
    await becomes("big.mp4", "paused");
    await page.getByRole("button", { name: "Go on: big.mp4" }).click();
    await eventually(() => expect(visitor.calls().filter((call) => call.startsWith("ListParts"))).toHaveLength(2));
    await page.getByRole("button", { name: "Cancel: big.mp4" }).click();
    await rows().waitFor({ state: "detached" });
    await eventually(async () => expect((await newest())?.status).not.toBe("pending"));
    expect(visitor.calls()).not.toContain("CompleteMultipartUpload 200");
    await page.reload();
    await page.locator(".picker").waitFor();
    expect(await rows().count()).toBe(0);
  });

  it("announces files once, however often one pauses, and without those that were taken off before it is repeated", async () => {
    await arrive();
    const { page } = visitor;
    const before = (await cloud.call("GET", "/me/uploads")).body.uploads.length;
    let held = Promise.withResolvers<void>();
    let asked = 0;
    // The first announcement waits; the second arrives, and its answer is lost.
    await page.route("**/events/*/uploads", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      asked++;
      await held.promise;
      if (asked !== 2) return route.continue();
      await route.fetch();
      await route.abort();
    });
    await choose("a.jpg", "b.jpg");
    await page.getByRole("button", { name: "Send 2 files" }).click();
    await becomes("a.jpg", "waiting");
    for (let time = 0; time < 3; time++) {
      await page.getByRole("button", { name: "Pause all" }).click();
      await becomes("b.jpg", "paused");
      await page.getByRole("button", { name: "Go on with all" }).click();
      await becomes("b.jpg", "waiting");
    }
    held.resolve();
    await arrives("a.jpg");
    await arrives("b.jpg");
    expect(asked).toBe(1);
    held = Promise.withResolvers();
    await choose("phone.heic", "clip.mp4");
    await page.getByRole("button", { name: "Send 2 files" }).click();
    held.resolve();
    await becomes("clip.mp4", "retrying");
    await page.getByRole("button", { name: "Cancel: phone.heic" }).click();
    await arrives("clip.mp4");
    // The second, that again for fewer files, and the one for these.
    expect(asked).toBe(4);
    const { uploads } = (await cloud.call("GET", "/me/uploads")).body;
    expect(uploads.slice(0, uploads.length - before).map(({ media }: any) => media.length)).toEqual([1, 2, 2]);
  });

  it("signs in beside the page that holds a file too large to be kept, and sends it from there", async () => {
    visitor = await browser.visitor();
    const { page } = visitor;
    await visitor.visit(SEND);
    await page.locator(".picker").waitFor();
    await choose("huge.mp4");
    const send = page.getByRole("button", { name: "Sign in and send 1 file" });
    const [extra] = await Promise.all([page.waitForEvent("popup"), send.click()]);
    const closed = extra.waitForEvent("close");
    await visitor.signIn("fan", extra);
    await closed;
    await becomes("huge.mp4", "sending");
    await page.getByRole("link", { name: "to Demo night" }).click();
    await page.getByRole("link", { name: /^Sending/ }).click();
    await page.getByRole("button", { name: "Cancel: huge.mp4" }).click();
    await rows().waitFor({ state: "detached" });
    await eventually(async () => expect((await newest()).media[0].fileName).not.toBe("huge.mp4"));
  });

  it("stays signed in by one refresh for all tabs and calls, and is out everywhere once signed out", async () => {
    visitor = await browser.visitor();
    const { page } = visitor;
    await visitor.visit("/mine");
    await page.locator(".notice").getByRole("button", { name: "Sign in" }).click();
    await visitor.signIn("fan");
    const grants: string[] = [];
    page.context().on("request", (request) => {
      if (/oauth2\/token/.test(request.url()))
        grants.push(new URLSearchParams(request.postData() ?? "").get("grant_type")!);
    });
    const other = await page.context().newPage();
    const ends = () =>
      page.evaluate("localStorage.session = JSON.stringify({ ...JSON.parse(localStorage.session), expiresAt: 0 })");
    const look = async (tab: Page) => {
      await tab.goto(`${visitor.url}/mine`);
      await tab.locator(".sent, .notice a").first().waitFor();
    };
    await ends();
    await Promise.all([look(page), look(other)]);
    expect(grants).toEqual(["refresh_token"]);
    await ends();
    await other.addInitScript(await asItIs(page));
    await look(page);
    await look(other);
    expect(grants).toEqual(["refresh_token", "refresh_token"]);

    await page.getByLabel("Your account").click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${visitor.url}/`);
    await other.getByRole("heading", { name: "Sign in to see this" }).waitFor();
    expect(await page.evaluate("localStorage.session")).toBeUndefined();
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator('input[type="password"]').first().waitFor();
  });

  it("signs in again when the session has ended, with the files still there", async () => {
    await arrive();
    const { page } = visitor;
    await choose("b.jpg");
    await rows().waitFor();
    const ended = { expiresAt: 0, refresh: "none that there is" };
    await page.evaluate(
      `localStorage.session = JSON.stringify({ ...JSON.parse(localStorage.session), ...${JSON.stringify(ended)} })`,
    );
    await page.reload();
    await page.getByRole("button", { name: "Send 1 file" }).click();
    await page.getByRole("button", { name: "Sign in and send 1 file" }).click();
    // Cognito still knows them, and asks for nothing.
    await arrives("b.jpg");
    expect((await newest()).media[0].fileName).toBe("b.jpg");
  });

  it("sees all that was sent, with the reason where it was not taken, and deletes it", async () => {
    const upload = await cloud.send([file("a.jpg")]);
    await cloud.completed(upload.uploadId);
    writeFileSync(file("fake.jpg"), "This is no picture.\n".repeat(20));
    const fake = await cloud.send([file("fake.jpg")]);
    await cloud.ended(fake.uploadId);
    await arrive();
    const { page } = visitor;
    await visitor.visit("/mine");
    const first = page.locator(".sent").first();
    await first.getByText("There is no clip or photo in this file.").waitFor();
    await first.getByRole("link", { name: "Send again" }).waitFor();
    await first.getByRole("button", { name: "Delete" }).click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await first.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await first.getByText("fake.jpg").waitFor({ state: "detached" });
    expect((await cloud.call("GET", `/uploads/${fake.uploadId}`)).body.status).toBe("deleted");
  });

  it("is told that the performer looks first, that it waits, and what they said", async () => {
    const creative = await cloud.as("creative");
    const { eventId } = (await creative("POST", "/events", { title: "A quiet night", review: true })).body;
    await arrive();
    const { page } = visitor;
    await visitor.visit(`/e/${eventId}`);
    await page.getByText("The performer looks at everything before it is on the page.").waitFor();
    await visitor.visit(`/e/${eventId}/send`);
    await page.getByText("The performer looks at everything before it is on the page.").waitFor();
    await choose("a.jpg");
    await page.getByRole("button", { name: "Send 1 file" }).click();
    await rows().getByText("Waiting for the performer").waitFor();
    expect(await page.getByRole("link", { name: "View: a.jpg" }).count()).toBe(0);
    await visitor.visit("/mine");
    const sent = page.locator(".sent", { hasText: "A quiet night" });
    await sent.getByText("Waiting for the performer").waitFor();

    const [{ uploadId }] = (await creative("GET", `/events/${eventId}/review`)).body.media;
    const refusal = { media: [{ uploadId }], text: "Too dark." };
    expect((await creative("POST", `/events/${eventId}/review/refuse`, refusal)).status).toBe(200);
    await visitor.visit("/mine");
    await sent.getByText("Refused by the performer: Too dark.").waitFor();
    expect(await sent.getByRole("link", { name: "Send again" }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  it("gives themselves a picture and takes it away, and a name that everybody may see", async () => {
    await arrive();
    const { page } = visitor;
    await visitor.visit("/profile");
    await page.locator(".where", { hasText: "fan@example.com" }).waitFor();
    await page.locator("input[type=file]").setInputFiles(file("a.jpg"));
    await page.getByRole("img", { name: "Your picture" }).waitFor();
    await page.getByRole("button", { name: "Remove the picture" }).click();
    await page.getByRole("img", { name: "Your picture" }).waitFor({ state: "detached" });

    await page.getByLabel("Your name").fill("  Ada  ");
    await page.getByLabel("Everybody may see").check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    expect(await page.getByLabel("Your name").inputValue()).toBe("Ada");
    expect(await violations(page)).toEqual([]);
    const { body } = await cloud.call("GET", `/profiles/${cloud.fanId}`);
    expect(body).toEqual({ userId: cloud.fanId, displayName: "Ada" });
  });
});
