import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bytesOf, durationOf } from "../src/input/amounts.ts";
import { mediaIdOf, mediaOf } from "../src/input/ids.ts";
import { ask, confirm } from "../src/input/prompt.ts";
import { timeOf } from "../src/input/times.ts";
import { Keyboard, Recorder, User } from "./support/cli.ts";

describe("a size", () => {
  it.each([
    ["1", 1],
    ["500000", 500_000],
    ["2GB", 2e9],
    ["2 gb", 2e9],
    ["1.5MB", 1.5e6],
    ["1GiB", 1024 ** 3],
    ["10kB", 10_000],
    ["3b", 3],
  ])("%s is %i bytes", (text, bytes) => expect(bytesOf(text)).toBe(bytes));

  it.each(["", "GB", "2 GBs", "-1MB", "1e9", "1,5GB", "0x10"])("is not %j", (text) =>
    expect(() => bytesOf(text)).toThrow("A size is a number and a unit"),
  );
});

describe("a duration", () => {
  it.each([
    ["90s", 90_000],
    ["10m", 600_000],
    ["10min", 600_000],
    ["1h30m", 5_400_000],
    ["1h 30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["500ms", 500],
    ["2d", 172_800_000],
    ["1d12h", 129_600_000],
  ])("%s is %i ms", (text, ms) => expect(durationOf(text)).toBe(ms));

  it.each(["", "10", "m", "10 days", "-1m", "1h30"])("is not %j", (text) =>
    expect(() => durationOf(text)).toThrow("A duration is a number and a unit"),
  );
});

describe("a time", () => {
  beforeEach(() => void vi.stubEnv("TZ", "Europe/Berlin"));
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    ["2026-06-01 20:00", "2026-06-01T18:00:00.000Z"],
    ["2026-01-01 20:00", "2026-01-01T19:00:00.000Z"],
    ["2026-06-01T20:00:30", "2026-06-01T18:00:30.000Z"],
    ["2026-06-01", "2026-05-31T22:00:00.000Z"],
    ["2026-06-01T20:00Z", "2026-06-01T20:00:00.000Z"],
    ["2026-06-01 20:00 Z", "2026-06-01T20:00:00.000Z"],
    ["2026-06-01T20:00:00.250+09:00", "2026-06-01T11:00:00.250Z"],
    ["2026-06-01 20:00 -0330", "2026-06-01T23:30:00.000Z"],
  ])("%s is %s", (text, iso) => expect(timeOf(text)).toBe(iso));

  it.each(["", "tomorrow", "01.06.2026 20:00", "2026-6-1", "20:00", "2026-06-01 8pm"])("is not %j", (text) =>
    expect(() => timeOf(text)).toThrow("A time is one like"),
  );

  it.each([
    ["2026-02-30 20:00", "There is no 2026-02-30 20:00."],
    ["2026-13-01", "There is no 2026-13-01 00:00."],
    ["2026-06-01 25:00", "There is no 2026-06-01 25:00."],
    ["2026-06-01T20:00+99:00", "There is no time zone +99:00."],
  ])("is none of the calendar: %s", (text, message) => expect(() => timeOf(text)).toThrow(message));
});

describe("a name of media", () => {
  const upload = "019a0000-0000-7000-8000-000000000001";

  it("is an upload and one of its files", () => {
    expect(mediaOf(`${upload.toUpperCase()}/Image12`)).toEqual({ uploadId: upload, mediaId: "image12" });
    expect(mediaIdOf("VIDEO")).toBe("video");
  });

  it.each([
    [upload, "not like UPLOAD/video or UPLOAD/image1"],
    [`${upload}/video/..`, "not like UPLOAD/video"],
    [`${upload}/..`, "neither video nor image1"],
    ["../video", "upload ..: not a UUID"],
  ])("is not %s", (text, message) => expect(() => mediaOf(text)).toThrow(message));
});

describe("a question", () => {
  const { signal } = new AbortController();
  const typing = (typed: string, isTTY = true) => ({
    stdin: new Keyboard(typed, { isTTY }),
    stderr: new Recorder(),
    signal,
  });

  it("returns what was typed, and shows nothing of a hidden answer", async () => {
    const context = typing("sëcret\b\bt!\r");
    expect(await ask(context, "password: ", { hidden: true })).toBe("sëcrt!");
    expect(context.stderr.text).toBe("password: \n");
  });

  it("takes the first line of a pipe", async () => {
    expect(await ask(typing("one\ntwo\n", false), "password: ", { hidden: true })).toBe("one");
  });

  it("has no answer at the end of the input", async () => {
    expect(await ask(typing(""), "sure? ")).toBeUndefined();
  });

  it("ends with the command", async () => {
    const controller = new AbortController();
    const stdin = new Keyboard("");
    stdin.pause();
    const asked = ask({ stdin, stderr: new Recorder(), signal: controller.signal }, "sure? ");
    controller.abort(new Error("stopped"));
    await expect(asked).rejects.toThrow("stopped");
  });
});

describe("a deletion", () => {
  let user: User;
  beforeEach(() => {
    user = new User();
  });
  afterEach(() => user.leave());
  const { signal } = new AbortController();
  const deleting = (typed: string, yes?: boolean, isTTY = true) => {
    const context = { stdin: new Keyboard(typed, { isTTY }), stderr: new Recorder(), signal };
    return { done: confirm(context, 'delete the event "A\u001b[31mB"', yes), stderr: context.stderr };
  };

  it.each(["y\n", "Y\n", "yes\n", " yes \n"])("goes on at %j", async (typed) => {
    const { done, stderr } = deleting(typed);
    await done;
    expect(stderr.text).toBe('delete the event "AB"? [y/N] ');
  });

  it.each(["\n", "n\n", "yeah\n", ""])("does not at %j", (typed) =>
    expect(deleting(typed).done).rejects.toThrow("nothing was deleted"),
  );

  it("does not ask with --yes", async () => {
    const { done, stderr } = deleting("", true, false);
    await done;
    expect(stderr.text).toBe("");
  });

  it("needs --yes where there is no terminal", () =>
    expect(deleting("y\n", undefined, false).done).rejects.toThrow("There is no terminal to ask on: add --yes"));
});
