import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Disk } from "../../src/disk/disk.ts";
import { faultOf, StorageError } from "../../src/disk/fault.ts";
import { reserveOf } from "../../src/disk/space.ts";

const MB = 2 ** 20;
const GB = 2 ** 30;
const RESERVE = 100 * MB;

let directory: string;
let freeBytes: number;
let lines: string[];
let disk: Disk;
let refusal: Error | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dropclip-disk-"));
  freeBytes = GB;
  lines = [];
  refusal = undefined;
  disk = new Disk({
    directory,
    log: ({ level, message }) => lines.push(`${level} ${message.replaceAll(directory, "DIR")}`),
    space: () => ({ freeBytes, totalBytes: 4 * GB }),
    reserve: () => RESERVE,
    trial: () => refusal,
  });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const failure = (code: string) => Object.assign(new Error(`${code}: it went wrong, write`), { code });

describe("the reserve", () => {
  it.each([
    [64 * MB, 16 * MB],
    [2 * GB, Math.floor(0.02 * 2 * GB)],
    [252 * GB, GB],
  ])("of a disk of %d bytes is %d", (total, reserve) => expect(reserveOf(total)).toBe(reserve));
});

describe("a disk that fills", () => {
  it("refuses writes below the reserve and says so once, whoever asks; and once when there is room again", () => {
    disk.admit(10 * MB)();
    freeBytes = RESERVE - 1;
    for (let times = 0; times < 5; times++) expect(() => disk.admit(0)).toThrow(StorageError);
    // More than the reserve, but hardly: it does not turn on and off with every file.
    freeBytes = RESERVE + MB;
    disk.check();
    expect(() => disk.admit(0)).toThrow(
      /101 MB are free on the disk of .*, less than the 100 MB that are kept in reserve/,
    );
    freeBytes = 2 * RESERVE;
    disk.check();
    disk.admit(0)();
    expect(lines).toEqual([
      "error 99 MB are free on the disk of DIR, less than the 100 MB that are kept in reserve: S3 refuses writes and work that needs them waits; make room, and all work continues by itself",
      "info the disk of DIR accepts writes again (200 MB free): all work continues",
    ]);
  });

  it("counts what was promised to writes under way, and says once that a body is too large", () => {
    freeBytes = 3 * RESERVE;
    const end = disk.admit(2 * RESERVE);
    for (let times = 0; times < 3; times++)
      expect(() => disk.admit(RESERVE)).toThrow(/100 MB do not fit: 300 MB are free/);
    disk.admit(MB)();
    end();
    disk.admit(RESERVE)();
    expect(lines).toHaveLength(1);
  });

  it("lets go on, in their turn, those who wait for room and for more than that", async () => {
    freeBytes = 0;
    const done: string[] = [];
    const some = disk.room().then(() => done.push("some"));
    const much = disk.room(undefined, 500 * MB).then(() => done.push("much"));
    const over = new AbortController();
    const left = disk.room(over.signal).catch((error: Error) => done.push(error.message));
    over.abort(new Error("left"));
    await left;
    freeBytes = 300 * MB;
    disk.check();
    await some;
    disk.check();
    expect(done).toEqual(["left", "some"]);
    freeBytes = GB;
    disk.check();
    await much;
    expect(done).toEqual(["left", "some", "much"]);
  });

  it("is why something failed that was begun or ended without room, and nothing else", () => {
    const before = disk.mark();
    expect(disk.failedSince(before)).toBe(false);
    freeBytes = 0;
    expect(disk.failedSince(before)).toBe(true);
    const during = disk.mark();
    freeBytes = GB;
    disk.check();
    expect(disk.failedSince(before)).toBe(true);
    expect(disk.failedSince(during)).toBe(true);
    expect(disk.failedSince(disk.mark())).toBe(false);
  });
});

describe("a write that fails", () => {
  it("stops further ones until a trial succeeds, with one line for each", () => {
    expect(disk.blame(failure("ENOSPC"))).toMatchObject({ code: "ServiceUnavailable", status: 503 });
    expect(disk.blame(failure("ENOSPC"))).toBeInstanceOf(StorageError);
    expect(() => disk.admit(0)).toThrow(/cannot be written \(ENOSPC: it went wrong\)/);
    disk.check();
    disk.admit(0)();
    expect(lines.map((line) => line.replace(/:.*/, ""))).toEqual([
      "error DIR cannot be written (ENOSPC",
      "info the disk of DIR accepts writes again (1.0 GB free)",
    ]);
  });

  it("on a disk that has become read-only is found out, whatever the failure said, and mends by itself", () => {
    const mark = disk.mark();
    refusal = failure("EROFS");
    expect(disk.failedSince(mark)).toBe(true);
    expect(() => disk.admit(0)).toThrow(/cannot be written \(EROFS: it went wrong\)/);
    for (let seconds = 0; seconds < 100; seconds++) disk.check();
    expect(lines).toHaveLength(1);
    refusal = undefined;
    disk.check();
    disk.admit(0)();
    expect(lines).toHaveLength(2);
  });

  it("again and again is tried ever more rarely, so that no log fills", () => {
    for (let seconds = 0; seconds < 1000; seconds++) {
      if (disk.look() === undefined) disk.blame(failure("EIO"));
      disk.check();
    }
    expect(lines.length).toBeLessThan(40);
  });

  it("for a reason that is not the disk's is nobody's fault here", () => {
    const error = failure("EPIPE");
    expect(disk.blame(error)).toBe(error);
    disk.admit(0)();
    expect(lines).toEqual([]);
  });

  it.each([
    [{ code: "ENOSPC" }, "full"],
    [{ code: "EDQUOT" }, "full"],
    [{ code: "EROFS" }, "unwritable"],
    [{ code: "ERR_SQLITE_ERROR", errcode: 13 }, "full"],
    [{ code: "ERR_SQLITE_ERROR", errcode: 4874 }, "unwritable"],
    [{ code: "ERR_SQLITE_ERROR", errcode: 11 }, "damaged"],
    [{ code: "ERR_SQLITE_ERROR", errcode: 19 }, undefined],
    [new Error("anything"), undefined],
    [undefined, undefined],
  ])("%o is %s", (error, fault) => expect(faultOf(error)).toBe(fault));
});

describe("data that are removed or damaged", () => {
  it.each([
    ["removed", (path: string) => rmSync(path)],
    [
      "replaced",
      (path: string) => {
        renameSync(path, `${path}.old`);
        writeFileSync(path, "");
      },
    ],
  ])("while the cloud runs (%s) end it with one sentence, and nothing is written any more", async (_, change) => {
    const file = join(directory, "cloud.db");
    writeFileSync(file, "");
    disk.guard(directory);
    disk.guard(file);
    disk.check();
    change(file);
    disk.check();
    expect(await disk.lost).toBe(
      `${file} was removed or replaced while the local cloud ran: start again to begin with what is there`,
    );
    expect(() => disk.admit(0)).toThrow(/was removed or replaced/);
  });

  it("name the folder, not what was in it, when the folder went", async () => {
    mkdirSync(join(directory, "s3"));
    disk.guard(directory);
    disk.guard(join(directory, "s3"));
    rmSync(directory, { recursive: true });
    expect(disk.blame(failure("ENOENT"))).toBeInstanceOf(StorageError);
    expect(await disk.lost).toMatch(`${directory} was removed`);
  });

  it("are not hoped for to mend", async () => {
    const corrupt = Object.assign(new Error("database disk image is malformed"), { errcode: 11 });
    disk.blame(corrupt, "/data/cloud.db");
    expect(await disk.lost).toMatch(/^\/data\/cloud\.db is damaged \(database disk image is malformed\): .*--fresh/);
  });
});
