import { parse } from "@dropclip/core/fn";
import { PAGE, PAGE_MAX } from "@dropclip/core/limits";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cursor } from "../src/store/cursor.ts";

const before = process.env.CURSOR_KEY;
beforeAll(() => {
  process.env.CURSOR_KEY = Buffer.alloc(32, 7).toString("base64");
});
afterAll(() => {
  if (before === undefined) delete process.env.CURSOR_KEY;
  else process.env.CURSOR_KEY = before;
});

const refused = expect.objectContaining({ code: "request.invalid_cursor" });

describe("a cursor", () => {
  it("opens to what was sealed, for the list it was sealed for", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (place, purpose) => {
        expect(Cursor.open(Cursor.seal(place, purpose), purpose)).toBe(Buffer.from(place).toString());
      }),
    );
  });

  it("is missing at the end of a list, and means its beginning", () => {
    expect(Cursor.seal(null, "events/")).toBeUndefined();
    expect(Cursor.open(undefined, "events/")).toBeNull();
  });

  it("opens no other list", () => {
    const sealed = Cursor.seal("place", "uploads/fan/a");
    expect(() => Cursor.open(sealed, "uploads/fan/b")).toThrow(refused);
  });

  it("tells nothing of what it holds, and differs each time", () => {
    const [one, two] = [Cursor.seal("secret-key", "x")!, Cursor.seal("secret-key", "x")!];
    expect(Buffer.from(one, "base64url").toString("latin1")).not.toContain("secret");
    expect(one).not.toBe(two);
  });

  it("is refused with any character changed, cut off or added", () => {
    const sealed = Cursor.seal("$events#eventid_1", "events/")!;
    for (let at = 0; at < sealed.length; at++) {
      const other = sealed[at] === "A" ? "B" : "A";
      expect(() => Cursor.open(sealed.slice(0, at) + other + sealed.slice(at + 1), "events/")).toThrow(refused);
    }
    for (const text of [sealed.slice(1), sealed.slice(0, -1), `${sealed}A`, `${sealed}=`, "", "A", "$events", "é"])
      expect(() => Cursor.open(text, "events/")).toThrow(refused);
  });

  it("is refused when it was sealed with another key", () => {
    const sealed = Cursor.seal("place", "events/");
    process.env.CURSOR_KEY = Buffer.alloc(32, 8).toString("base64");
    expect(() => Cursor.open(sealed, "events/")).toThrow(refused);
    process.env.CURSOR_KEY = Buffer.alloc(32, 7).toString("base64");
  });
});

describe("a page", () => {
  it.each([
    [{}, PAGE],
    [{ limit: "1" }, 1],
    [{ limit: String(PAGE_MAX) }, PAGE_MAX],
    [{ limit: 7 }, 7],
  ])("%o has %i entries", (query, limit) => {
    expect(parse(Cursor.Page, query).limit).toBe(limit);
  });

  it.each(["0", "-1", "1.5", "101", "1e2", "ten", ""])("of %s entries is refused", (limit) => {
    expect(() => parse(Cursor.Page, { limit })).toThrow(expect.objectContaining({ code: "request.invalid" }));
  });
});
