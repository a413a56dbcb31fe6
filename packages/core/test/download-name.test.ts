import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DownloadName } from "../src/files/download-name.ts";

const publishedAt = "2026-06-01T21:04:33.123Z";
const of = (title: string, mediaId = "video") => DownloadName.of({ title, publishedAt, mediaId });

describe("DownloadName.of", () => {
  it.each([
    ["Rooftop show", "video", "Rooftop show 2026-06-01 210433.mp4"],
    ["Rooftop show", "image12", "Rooftop show 2026-06-01 210433-12.jpg"],
    ["Über Köln 🎸", "video", "Über Köln 🎸 2026-06-01 210433.mp4"],
    ["../../etc/passwd", "video", "etc passwd 2026-06-01 210433.mp4"],
    ['C:\\Windows "now"?', "video", "C Windows now 2026-06-01 210433.mp4"],
    ["One\nnight", "video", "One night 2026-06-01 210433.mp4"],
    ["dots...", "video", "dots 2026-06-01 210433.mp4"],
    ["...", "video", "dropclip 2026-06-01 210433.mp4"],
  ])("makes of %j and %s the name %s", (title, mediaId, name) => expect(of(title, mediaId)).toBe(name));

  it("cuts long titles between whole characters", () => {
    expect(of("👩‍👩‍👧‍👦".repeat(50))).toBe(`${"👩‍👩‍👧‍👦".repeat(4)} 2026-06-01 210433.mp4`);
  });

  it("makes of every title a name that makes no path and that file systems take", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 200 }), (title) => {
        const name = of(title);
        expect(name).not.toMatch(/["*/:<>?\\|\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
        expect(name).toMatch(/^[^. ].* 2026-06-01 210433\.mp4$/);
        expect(name.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(name)).toBeLessThan(200);
      }),
    );
  });
});

describe("DownloadName.disposition", () => {
  it.each([
    ["a b.mp4", `attachment; filename="a b.mp4"; filename*=UTF-8''a%20b.mp4`],
    ["Köln.mp4", `attachment; filename="Koln.mp4"; filename*=UTF-8''K%C3%B6ln.mp4`],
    ["100%.jpg", `attachment; filename="100_.jpg"; filename*=UTF-8''100%25.jpg`],
    ["it's (1)!.jpg", `attachment; filename="it's (1)!.jpg"; filename*=UTF-8''it%27s%20%281%29%21.jpg`],
  ])("of %j is %s", (name, header) => expect(DownloadName.disposition(name)).toBe(header));

  it("is a header in ASCII for every title, and tells the whole name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 200 }), (title) => {
        const name = of(title);
        const [, encoded] = /^attachment; filename="[ !#$&-[\]-~]+"; filename\*=UTF-8''([\w.~%-]+)$/.exec(
          DownloadName.disposition(name),
        )!;
        expect(decodeURIComponent(encoded!)).toBe(name);
      }),
    );
  });
});
