import { Invalidation } from "@dropclip/core/invalidation";
import { describe, expect, it } from "vitest";

const HIDDEN = "0";
const DELETED = "1";
const due = (urgency: string, ...paths: string[]) => paths.map((path) => ({ urgency, path, requestId: path }));
const uploads = (event: string, count: number) =>
  Array.from({ length: count }, (_, index) => `events/${event}/uploads/f/u${index}/*`);
const events = (count: number) => Array.from({ length: count }, (_, index) => `events/e${index}/*`);
const next = (rows: ReturnType<typeof due>, wildcards = Invalidation.WILDCARDS, files = Invalidation.FILES) => {
  const batch = Invalidation.next(rows, { wildcards, files });
  return { paths: batch.paths, rows: batch.rows.length };
};

describe("what the edge is told next", () => {
  it("is all that is due, where it is little", () => {
    const rows = [...due(HIDDEN, "events/e/uploads/f/u/images/image1.jpg"), ...due(DELETED, ...uploads("a", 2))];
    expect(next(rows)).toEqual({ paths: rows.map(({ path }) => path), rows: 3 });
    expect(next([])).toEqual({ paths: [], rows: 0 });
  });

  it("is never a path that another one covers, whichever is more urgent", () => {
    const inside = ["events/a/uploads/f/u0/images/image1.jpg", "events/a/flyer/1.png"];
    const rows = [...due(HIDDEN, ...inside), ...due(DELETED, "events/a/*", ...uploads("a", 2), "events/ab/*")];
    expect(next(rows)).toEqual({ paths: ["events/a/*", "events/ab/*"], rows: 6 });
  });

  it("takes no more wildcards than there is room for, and the most urgent ones", () => {
    const rows = [...due(HIDDEN, "events/z/uploads/f/u/*"), ...due(DELETED, ...events(15))];
    const { paths, rows: done } = next(rows);
    expect([paths.length, done, paths[0]]).toEqual([15, 15, "events/z/uploads/f/u/*"]);
    expect(next(rows, 1)).toEqual({ paths: ["events/z/uploads/f/u/*"], rows: 1 });
    expect(next([...rows, ...due(DELETED, "profiles/p/1.png")], 0)).toEqual({ paths: ["profiles/p/1.png"], rows: 1 });
  });

  it("takes no more single files than an invalidation holds", () => {
    const files = Array.from({ length: 3500 }, (_, index) => `profiles/p/${index}.png`);
    expect(next(due(DELETED, ...files, "events/a/*"))).toEqual({
      paths: [...files.slice(0, 3000), "events/a/*"],
      rows: 3001,
    });
  });

  it("is what was hidden, where there is room for a few files only", () => {
    const flood = Array.from({ length: 500 }, (_, index) => `profiles/p/${index}.png`);
    const rows = [...due(HIDDEN, "events/e/uploads/f/u/images/image1.jpg"), ...due(DELETED, ...flood)];
    expect(next(rows, 0, 2).paths).toEqual(["events/e/uploads/f/u/images/image1.jpg", flood[0]]);
  });

  it("takes an event's wildcards together where more wait than the edge takes at a time", () => {
    expect(next(due(DELETED, ...uploads("a", 15)))).toEqual({ paths: uploads("a", 15), rows: 15 });
    const rows = due(DELETED, ...uploads("a", 500), "events/b/uploads/f/u/*");
    expect(next(rows)).toEqual({ paths: ["events/a/*", "events/b/uploads/f/u/*"], rows: 501 });
  });

  it("has the edge forget everything below the events when their wildcards are beyond all measure", () => {
    const rows = due(DELETED, ...events(300), "profiles/p/1.png");
    expect(next(rows).paths).toHaveLength(16);
    expect(next([...rows, ...due(DELETED, "events/more/*")])).toEqual({
      paths: ["events/*", "profiles/p/1.png"],
      rows: 302,
    });
  });
});
