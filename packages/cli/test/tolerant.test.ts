import * as v from "valibot";
import { describe, expect, it } from "vitest";
import * as schemas from "../src/api/schemas.ts";
import { tolerant } from "../src/api/tolerant.ts";

const ID = "019a0000-0000-7000-8000-000000000001";
const EVENT = {
  eventId: ID,
  creativeId: ID,
  title: "Rooftop show",
  opensAt: "2026-01-02T03:04:05.000Z",
  closesAt: "2026-01-03T03:04:05.000Z",
  contentTypes: ["video"],
  videoBytes: 1,
  videoDurationMs: 1,
  imageBytes: 1,
  uploadsPerFan: 1,
  createdAt: "2026-01-02T03:04:05.000Z",
};

describe("a reader of what the API answers", () => {
  it("keeps members that this version does not know", () => {
    const answer = { ...EVENT, ageLimit: 18, flyer: { url: "u", version: "v", width: 1 } };
    expect(v.parse(schemas.Event, answer)).toEqual(answer);
  });

  it.each([
    ["a content type", { contentTypes: ["video", "sound"] }],
    ["a longer title", { title: "x".repeat(100_000) }],
    ["a higher limit", { videoBytes: Number.MAX_SAFE_INTEGER }],
    ["another form of id", { creativeId: "user_1" }],
  ])("takes %s that this version does not know", (_, more) => {
    expect(v.parse(schemas.Event, { ...EVENT, ...more })).toEqual({ ...EVENT, ...more });
  });

  it.each([
    ["lacks", { title: undefined }],
    ["has another type in", { title: 1 }],
  ])("refuses an answer that %s a member", (_, more) => {
    expect(v.is(schemas.Event, { ...EVENT, ...more })).toBe(false);
  });

  it("takes a URL only where it leads to an HTTP server", () => {
    const form = { fields: {}, version: "v", expiresAt: "later" };
    expect(v.is(schemas.PostForm, { ...form, url: "https://s3.test/" })).toBe(true);
    expect(v.is(schemas.PostForm, { ...form, url: "file:///etc/passwd" })).toBe(false);
  });

  it("keeps the choice that decides what is done", () => {
    const reader = tolerant(v.variant("method", [v.object({ method: v.literal("put") })]));
    expect(v.parse(reader, { method: "put", more: 1 })).toEqual({ method: "put", more: 1 });
    expect(v.is(reader, { method: "mail" })).toBe(false);
  });

  it("says so when a schema has a part that it cannot loosen", () => {
    expect(() => tolerant(v.object({ at: v.date() }))).toThrow("date");
  });
});
