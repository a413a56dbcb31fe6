import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_EVENT_ID, type SeededName } from "@dropclip/cli/demo";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { apiOf, clip, signIn, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { LeapingClock } from "../support/shared-clock.ts";
import { CHROMIUM, DESK, openBrowser, PHONE, type Visitor } from "./browser.ts";
import { holdParts } from "./holding.ts";

const MIB = 1024 ** 2;
const HOUR_MS = 60 * 60 * 1000;
const EVENT = `/e/${DEMO_EVENT_ID}`;
const SEND = `${EVENT}/send`;
const folder = mkdtempSync(join(tmpdir(), "dropclip-resuming-"));
const file = (name: string) => join(folder, name);
/** A browser that keeps nothing, as when it is told to take no cookies: even to name a store throws. */
const KEEPS_NOTHING = `
  const refuse = () => { throw new DOMException("Access is denied.", "SecurityError"); };
  for (const name of ["localStorage", "sessionStorage", "indexedDB"])
    Object.defineProperty(window, name, { get: refuse });
  navigator.locks.request = async () => refuse();
`;

const clock = new LeapingClock();
let cloud: TestCloud;
let browser: Awaited<ReturnType<typeof openBrowser>>;
let visitor: Visitor;
let gate: Awaited<ReturnType<typeof holdParts>>;

describe.skipIf(!CHROMIUM)("what was begun to be sent", () => {
  beforeAll(async () => {
    cloud = await testCloud({ clock, adjust: clock.share });
    // Three parts: room kept for the index.
    await clip(file("big.mp4"), { size: "320x180", seconds: 1 }, "-moov_size", String(17 * MIB));
    const create = { width: 300, height: 200, channels: 3, background: "#204080" } as const;
    await sharp({ create }).jpeg().toFile(file("a.jpg"));
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
    clock.close();
    rmSync(folder, { recursive: true });
  });

  const row = (name: string, on = visitor.page) => on.locator(".file", { hasText: name });
  const becomes = (name: string, states: string[], on = visitor.page) =>
    eventually(async () => expect(states).toContain(await row(name, on).getAttribute("data-state")), 100);
  const arrives = (name: string, on = visitor.page) => becomes(name, ["sent", "pending", "processing", "complete"], on);
  const choose = async (name: string, on = visitor.page) =>
    on.locator("input[type=file]").first().setInputFiles(file(name));
  const parts = () =>
    visitor
      .calls()
      .filter((call) => /^UploadPart \d 200$/.test(call))
      .sort();
  const EACH_ONCE = [1, 2, 3].map((part) => `UploadPart ${part} 200`);
  /** What S3 answered since so many calls. */
  const answers = (since = 0) =>
    visitor
      .calls()
      .slice(since)
      .filter((call) => / \d{3}$/.test(call));

  async function arrive(name: SeededName = "fan") {
    gate = await holdParts(visitor);
    await visitor.visit(SEND);
    await visitor.page.getByRole("button", { name: "Sign in" }).click();
    await visitor.signIn(name);
    await visitor.page.locator(".picker").waitFor();
  }
  /** Comes back as one who has signed in before; the tokens that were given since. `pass` needs the page's clock. */
  async function comeBack({ withClock = false } = {}): Promise<string[]> {
    visitor = await browser.signedIn("fan");
    const grants: string[] = [];
    visitor.page.context().on("response", (answer) => {
      if (!/oauth2\/token/.test(answer.url())) return;
      const asked = new URLSearchParams(answer.request().postData() ?? "").get("grant_type");
      grants.push(`${asked} ${answer.status()}`);
    });
    gate = await holdParts(visitor);
    if (withClock) await visitor.page.clock.install();
    await visitor.visit(SEND);
    await visitor.page.locator(".picker").waitFor();
    return grants;
  }
  /** The API by a token of now: the clock leaps further than tokens live. */
  const as = async (name: SeededName) => apiOf(cloud.api, await signIn(cloud, name));
  /** A browser that has no room left, which it tells when it is asked to keep something, and not before. */
  async function full() {
    const { page, url } = visitor;
    await page.evaluate("navigator.storage.estimate = undefined");
    const session = await page.context().newCDPSession(page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: url, quotaSize: MIB });
  }
  /** As when a phone was in a pocket: its clock has gone on, and so has the cloud's. */
  async function pass(ms: number) {
    clock.leap(ms);
    await visitor.page.clock.fastForward(ms);
  }
  /** Its first part is there, and it is far from done: every part after it waits until `go` is called. */
  async function begin(name: string, press = "Send 1 file") {
    const before = visitor.calls().length;
    const go = gate.shut();
    if ((await row(name).count()) === 0) await choose(name);
    await visitor.page.getByRole("button", { name: press }).click();
    await eventually(() => {
      expect(visitor.calls().slice(before)).toContain("UploadPart 1 200");
      expect(gate.held).toBe(2);
    });
    return go;
  }

  it("goes on in a tab that waited when the one that sent was killed, and in a browser that was begun anew", async () => {
    const profile = mkdtempSync(join(folder, "profile-"));
    visitor = await browser.visitor(PHONE, profile);
    await arrive();
    const go = await begin("big.mp4");
    const waiting = await visitor.page.context().newPage();
    await waiting.goto(`${visitor.url}${SEND}`);
    await waiting.getByRole("heading", { name: "You are sending in another tab" }).waitFor();
    const before = visitor.calls().length;
    const session = await visitor.page.context().newCDPSession(visitor.page);
    session.send("Page.crash").catch(() => {});
    await row("big.mp4", waiting).waitFor();
    await eventually(() => expect(visitor.calls().slice(before)).toContain("ListParts 200"));
    await visitor.leave();

    const sent = visitor.calls();
    visitor = await browser.visitor(PHONE, profile);
    go();
    await visitor.visit(SEND);
    await arrives("big.mp4");
    expect(visitor.calls().find((call) => / \d{3}$/.test(call))).toBe("ListParts 200");
    expect([...sent.filter((call) => /^UploadPart \d 200$/.test(call)), ...parts()].sort()).toEqual(EACH_ONCE);
  });

  it("goes on after the page was loaded again, and sends only the missing parts", async () => {
    await comeBack();
    const { page } = visitor;
    const go = await begin("big.mp4");
    page.on("dialog", (dialog) => dialog.accept());
    const before = visitor.calls().length;
    await page.reload();
    await eventually(() => expect(answers(before)).toEqual(["ListParts 200"]));
    go();
    await arrives("big.mp4");
    expect(answers().at(-1)).toBe("CompleteMultipartUpload 200");
    expect(parts()).toEqual(EACH_ONCE);
  });

  it("waits for its own fan on a browser that others use, and is nothing to them", async () => {
    visitor = await browser.visitor();
    const { page } = visitor;
    await arrive();
    const go = await begin("big.mp4");
    const other = await page.context().newPage();
    await other.goto(`${visitor.url}/`);
    const out = async () => {
      await other.getByLabel("Your account").click();
      // Cognito's page ends it too, and leads back to this one.
      await Promise.all([other.waitForEvent("load"), other.getByRole("button", { name: "Sign out" }).click()]);
    };
    await out();
    // The tab that was sending has nothing of theirs any more.
    await row("big.mp4").waitFor({ state: "detached" });
    go();
    const before = visitor.calls().length;
    await other.getByRole("button", { name: "Sign in" }).click();
    await visitor.signIn("other-fan", other);
    await other.getByLabel("Your account").waitFor();
    await page.locator(".picker").waitFor();
    await choose("a.jpg");
    await page.getByRole("button", { name: "Send 1 file" }).click();
    await arrives("a.jpg");
    expect(
      visitor
        .calls()
        .slice(before)
        .filter((call) => / \d{3}$/.test(call)),
    ).toEqual(["PutObject 200"]);
    expect(await row("big.mp4").count()).toBe(0);
    await visitor.visit(SEND);
    await page.locator(".picker").waitFor();
    expect(await row("big.mp4").count()).toBe(0);
    const { body } = await (await cloud.as("other-fan"))("GET", "/me/uploads");
    expect(body.uploads.flatMap(({ media }: any) => media).map(({ fileName }: any) => fileName)).toEqual(["a.jpg"]);

    await out();
    await other.getByRole("button", { name: "Sign in" }).click();
    await visitor.signIn("fan", other);
    await arrives("big.mp4");
    expect(parts()).toEqual(EACH_ONCE);
  });

  it("is sent from a phone whose clock is a day off, to a show that is open for an hour", async () => {
    const creative = await cloud.as("creative");
    for (const days of [1, -1]) {
      const times = [0, 1].map((hours) => new Date(Date.now() + (hours - 0.5) * HOUR_MS).toISOString());
      const [opensAt, closesAt] = times;
      const { body: event } = await creative("POST", "/events", { title: "Short", opensAt, closesAt });
      visitor = await browser.visitor();
      const { page } = visitor;
      await page.clock.install({ time: Date.now() + days * 24 * HOUR_MS });
      await visitor.visit(`/e/${event.eventId}`);
      await page.getByRole("link", { name: "Send your clips" }).click();
      await page.locator(".picker").waitFor();
      await choose("a.jpg");
      await page.getByRole("button", { name: "Sign in and send 1 file" }).click();
      await visitor.signIn("fan");
      await arrives("a.jpg");
      expect(visitor.calls()).toEqual(["PutObject 200"]);
      if (days > 0) await visitor.leave();
    }
  });

  it("is sent where the browser keeps nothing, by signing in beside the page, which says to leave it open", async () => {
    visitor = await browser.visitor();
    const { page } = visitor;
    await page.context().addInitScript(KEEPS_NOTHING);
    await visitor.visit(SEND);
    await page.locator(".picker").waitFor();
    await page.getByRole("button", { name: "Deutsch" }).click();
    await page.getByRole("heading", { name: "Schick deine Clips" }).waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "Send your clips" }).waitFor();
    await choose("a.jpg");
    await page.getByText("This browser cannot keep all your files.").waitFor();
    const send = page.getByRole("button", { name: "Sign in and send 1 file" });
    const [extra] = await Promise.all([page.waitForEvent("popup"), send.click()]);
    const closed = extra.waitForEvent("close");
    await visitor.signIn("fan", extra);
    await closed;
    await arrives("a.jpg");
    expect(visitor.calls()).toEqual(["PutObject 200"]);
  });

  it("takes the files of a folder that is dropped, however deep, and asks again by itself when the API fails", async () => {
    mkdirSync(file("night/later"), { recursive: true });
    cpSync(file("a.jpg"), file("night/first.jpg"));
    cpSync(file("a.jpg"), file("night/later/second.jpg"));
    writeFileSync(file("night/.DS_Store"), "of the system");
    visitor = await browser.visitor(DESK);
    const { page } = visitor;
    let failures = 0;
    await page.route(`${cloud.api}/events/*`, (route) =>
      failures++ < 2 ? route.fulfill({ status: 503 }) : route.continue(),
    );
    await visitor.visit(SEND);
    await page.getByText("Something went wrong on our side").waitFor();
    await page.locator(".picker").waitFor();
    expect(failures).toBe(3);
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [file("night")], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
    await row("second.jpg").waitFor();
    await row("first.jpg").waitFor();
    expect((await page.locator(".file .name").allTextContents()).sort()).toEqual(["first.jpg", "second.jpg"]);
    expect(await page.locator(".refused li").count()).toBe(0);
  });

  it("is signed anew when its signatures have expired, with a token that is renewed once, and sends no part twice", async () => {
    const grants = await comeBack();
    const go = await begin("big.mp4");
    grants.length = 0;
    // The phone's own clock has nothing to do with it.
    clock.leap(HOUR_MS);
    go();
    await arrives("big.mp4");
    const refused = [2, 3].map((part) => `UploadPart ${part} 403`);
    expect(answers().sort()).toEqual(["CompleteMultipartUpload 200", "ListParts 200", ...EACH_ONCE, ...refused].sort());
    expect(grants).toEqual(["refresh_token 200"]);
  });

  it("goes on by itself after an hour without a connection, with a new token and only what is missing", async () => {
    const grants = await comeBack({ withClock: true });
    const { page } = visitor;
    const go = await begin("big.mp4");
    grants.length = 0;
    await page.context().setOffline(true);
    go();
    await page.getByText("No connection. Sending goes on by itself.").waitFor();
    await becomes("big.mp4", ["retrying"]);
    await pass(HOUR_MS);
    const before = visitor.calls().length;
    await page.context().setOffline(false);
    await arrives("big.mp4");
    expect(answers(before)[0]).toBe("ListParts 200");
    expect(answers(before).at(-1)).toBe("CompleteMultipartUpload 200");
    expect(parts()).toEqual(EACH_ONCE);
    expect(grants).toEqual(["refresh_token 200"]);
  });

  it("says that the session has ended, keeps the file, and goes on once its fan has signed in again", async () => {
    visitor = await browser.visitor();
    const { page } = visitor;
    await arrive("other-fan");
    const go = await begin("big.mp4");
    const { refresh } = JSON.parse(await page.evaluate("localStorage.session"));
    const { clientId } = JSON.parse(await page.evaluate("document.getElementById('stage').textContent"));
    const body = new URLSearchParams({ token: refresh, client_id: clientId });
    expect((await fetch(`${cloud.signIn}/oauth2/revoke`, { method: "POST", body })).status).toBe(200);
    clock.leap(HOUR_MS);
    go();
    await row("big.mp4").getByText("Your session has ended. Please sign in again.").waitFor();
    expect(parts()).toEqual(["UploadPart 1 200"]);
    const before = visitor.calls().length;
    await page.getByRole("button", { name: "Sign in and send 1 file" }).click();
    await visitor.signIn("other-fan");
    await arrives("big.mp4");
    expect(answers(before)[0]).toBe("ListParts 200");
    expect(parts()).toEqual(EACH_ONCE);
  });

  it("stops when somebody deletes it meanwhile, says so, and is sent anew only when its fan says so", async () => {
    await comeBack();
    let go = await begin("big.mp4");
    const told = row("big.mp4").getByText("It was deleted while it was being sent.");
    for (const name of ["fan", "creative"] as const) {
      const { uploadId } = (await (await as("fan"))("GET", "/me/uploads")).body.uploads[0];
      await (await as(name))("DELETE", `/uploads/${uploadId}`);
      go();
      await told.waitFor();
      expect(visitor.calls()).not.toContain("CompleteMultipartUpload 200");
      if (name === "fan") go = await begin("big.mp4", "Try again: big.mp4");
    }
    const before = visitor.calls().length;
    await visitor.page.getByRole("button", { name: "Try again: big.mp4" }).click();
    await arrives("big.mp4");
    expect(answers(before).sort()).toEqual(["CompleteMultipartUpload 200", "ListParts 200", ...EACH_ONCE].sort());
  });

  it("is sent from what the browser kept when the file was moved", async () => {
    // A private window would keep where the file was, and no copy of it.
    visitor = await browser.visitor(PHONE, mkdtempSync(join(folder, "profile-")));
    await arrive();
    cpSync(file("big.mp4"), file("moved.mp4"));
    const go = await begin("moved.mp4");
    rmSync(file("moved.mp4"));
    go();
    await arrives("moved.mp4");
    expect(parts()).toEqual(EACH_ONCE);
  });

  it.each([
    ["in a private window", false],
    ["by a browser that has no room left", true],
  ])("is asked for again when the file was moved and not kept, %s", async (_, isFull) => {
    await comeBack();
    const { page } = visitor;
    if (isFull) await full();
    cpSync(file("big.mp4"), file("moved.mp4"));
    const go = await begin("moved.mp4");
    const leaveOpen = page.getByText("This browser cannot keep all your files.");
    expect(await leaveOpen.count()).toBe(isFull ? 1 : 0);
    renameSync(file("moved.mp4"), file("elsewhere.mp4"));
    go();
    await row("moved.mp4").getByText("This browser no longer has the file.").waitFor();
    renameSync(file("elsewhere.mp4"), file("moved.mp4"));
    await row("moved.mp4").locator("input[type=file]").setInputFiles(file("moved.mp4"));
    await arrives("moved.mp4");
    expect(parts()).toEqual(EACH_ONCE);
  });

  it("is announced anew by itself when its day is over and the sweep has taken it", async () => {
    await comeBack({ withClock: true });
    const go = await begin("big.mp4");
    const { uploadId } = (await (await as("fan"))("GET", "/me/uploads")).body.uploads[0];
    await pass(25 * HOUR_MS);
    const creative = await as("creative");
    await eventually(async () => expect((await creative("GET", `/uploads/${uploadId}`)).body.status).toBe("expired"));
    const before = visitor.calls().length;
    go();
    await arrives("big.mp4");
    expect(
      answers(before)
        .filter((call) => / 200$/.test(call))
        .sort(),
    ).toEqual(["CompleteMultipartUpload 200", "ListParts 200", ...EACH_ONCE].sort());
  });
});
