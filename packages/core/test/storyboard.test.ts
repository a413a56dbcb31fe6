import { describe, expect, it } from "vitest";
import { Keys } from "../src/keys.ts";
import { Storyboard } from "../src/video/storyboard.ts";

const ID = "01900000-0000-7000-8000-000000000001";
const ref = { eventId: ID, fanId: ID, uploadId: ID, mediaId: "video" };
const frames = (...numbers: number[]) =>
  numbers.map((number) => Keys.frame(ref, String(number).padStart(7, "0"))).reverse();

describe("Storyboard.countFrames", () => {
  it.each([
    ["all that were asked for", frames(0, 1, 2, 3), 4],
    ["fewer", frames(0, 1), 2],
    ["those before a gap", frames(0, 1, 3), 2],
    ["none without the first", frames(1, 2), 0],
    ["none of another name", [`${Keys.frames(ref)}.0.jpg`, `${Keys.frames(ref)}_0000000.jpg`], 0],
    ["none", [], 0],
  ])("counts %s", (_, keys, count) => expect(Storyboard.countFrames(ref, keys)).toBe(count));
});
