import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eventOf } from "../src/told/event.ts";
import { TELLERS } from "../src/told/follow.ts";
import { eventLine } from "../src/told/line.ts";

const ID = "01a226fe-26e9-773a-a23c-e52df654e72b";
const page = { paint: (_color: string, text: string) => text };
const line = (detail: object, type = "Media Rejected") =>
  JSON.stringify({
    level: "INFO",
    message: "told",
    type,
    detail: { id: `${ID}/video/rejected`, at: AT, eventId: ID, ...detail },
  });
const AT = "2026-11-29T11:08:40.812Z";

describe("what other programs are told", () => {
  it("is looked for in the logs of all functions that may tell it", () => {
    const { resources } = JSON.parse(readFileSync(new URL("../../../stacks/graph.json", import.meta.url), "utf8"));
    const tellers = resources
      .filter(({ inputs }: any) => inputs?.environment?.variables?.TOLD_SOURCE)
      .map(({ inputs }: any) => /^dropclip-(.*)-dev$/.exec(inputs.name)?.[1]);
    expect(tellers.toSorted()).toEqual(TELLERS);
  });

  it("is shown with its reason, error, place or status, and cannot control the terminal", () => {
    const shown = (detail: object, type?: string) => eventLine(eventOf(line(detail, type))!, page);
    expect(shown({ reason: { code: "media.broken" } })).toBe(
      `2026-11-29 11:08:40Z  Media Rejected    ${ID}/video/rejected  event ${ID}  media.broken`,
    );
    expect(shown({ error: "Broken" }, "Media Failed")).toMatch(/Broken$/);
    expect(shown({ urls: { content: "https://x/video.mp4" } })).toMatch(/video\.mp4$/);
    expect(shown({ status: "partial" }, "Upload Completed")).toMatch(/partial$/);
    expect(shown({ error: "a\u001b[31mb" }, "Media\u001b[1m")).not.toContain("\u001b");
  });

  it("is no other line of a log, and keeps fields that come later", () => {
    expect(eventOf("START RequestId: 1")).toBeUndefined();
    expect(eventOf(JSON.stringify({ message: "published", key: "k" }))).toBeUndefined();
    expect(eventOf(line({ later: 1 }))?.detail).toMatchObject({ later: 1 });
  });
});
