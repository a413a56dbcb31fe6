import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cannotMount, SmallDisk } from "../../packages/local/test/disk/tmpfs.ts";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";

const directory = mkdtempSync(join(tmpdir(), "dropclip-data-"));
let cloud: TestCloud | undefined;
afterAll(() => cloud?.dispose());

const objects = async (running: TestCloud) =>
  (await aws(running).s3("GET", "/dropclip-images-dev?list-type=2")).text.match(/<Key>/g)?.length ?? 0;

describe("the data directory", () => {
  it("is all a restart needs, and --fresh empties it", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "dropclip-")), "photo.png");
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: "#123456" } });
    writeFileSync(file, await picture.png().toBuffer());
    const first = await testCloud({ directory });
    const { uploadId } = await first.send([file]);
    await first.ended(uploadId);
    await first.stop();

    const second = await testCloud({ directory });
    expect((await second.call("GET", `/uploads/${uploadId}`)).body.status).toBe("complete");
    expect(await objects(second)).toBe(2);
    expect(second.credentials).toEqual(first.credentials);
    await second.stop();

    cloud = await testCloud({ directory, fresh: true });
    expect((await cloud.call("GET", `/uploads/${uploadId}`)).status).toBe(404);
    expect(await objects(cloud)).toBe(0);
    const { executions } = await aws(cloud).states("ListExecutions", {
      stateMachineArn: cloud.facts.stateMachines[0]!.arn,
    });
    expect(executions).toEqual([]);
  });

  it("takes one cloud at a time", async () => {
    await expect(testCloud({ directory })).rejects.toThrow(/another local cloud runs on/);
  });

  describe("of which something is wrong", () => {
    let whole: string;
    beforeAll(async () => {
      whole = mkdtempSync(join(tmpdir(), "dropclip-whole-"));
      await (await testCloud({ directory: whole })).stop();
    });

    const tear = (file: string) => {
      // Behind the first page, which says that this is a database.
      const torn = readFileSync(file).fill(0x5a, 4096);
      writeFileSync(file, torn);
    };
    const wrongs: [string, (at: string) => void, RegExp][] = [
      [
        "a database is no database",
        (at) => writeFileSync(join(at, "cloud.db"), "no ".repeat(500)),
        /cloud\.db is damaged \(file is not a database\): start with --fresh/,
      ],
      [
        "a database is torn",
        (at) => tear(join(at, "cloud.db")),
        /cloud\.db is damaged \(database disk image is malformed\): start with --fresh/,
      ],
      [
        "a database is missing",
        (at) => rmSync(join(at, "cloud.db")),
        /cloud\.db is missing or empty beside dynamodb\.db.*: put it back, or start with --fresh/,
      ],
      ["a database is empty", (at) => writeFileSync(join(at, "cloud.db"), ""), /cloud\.db is missing or empty/],
      [
        "the tables are no database",
        (at) => writeFileSync(join(at, "dynamodb.db"), "no ".repeat(500)),
        /dynamodb\.db is damaged \(not a valid SQLite database\): start with --fresh/,
      ],
      [
        "the tables are torn",
        (at) => tear(join(at, "dynamodb.db")),
        /dynamodb\.db is damaged \(disk image is malformed\): start with --fresh/,
      ],
      [
        "the tables are missing",
        (at) => rmSync(join(at, "dynamodb.db")),
        /dynamodb\.db is missing: put it back, or start with --fresh/,
      ],
      [
        "the media are missing",
        (at) => rmSync(join(at, "s3"), { recursive: true }),
        /s3 is missing: put it back, or start with --fresh/,
      ],
      [
        "the lock is no lock",
        (at) => writeFileSync(join(at, "lock"), "no ".repeat(500)),
        /lock cannot be locked \(file is not a database\): remove it/,
      ],
    ];
    it.each(wrongs)("says so in one line: %s", async (_, wrong, line) => {
      const at = join(mkdtempSync(join(tmpdir(), "dropclip-wrong-")), "data");
      cpSync(whole, at, { recursive: true });
      wrong(at);
      const error: Error = await testCloud({ directory: at }).then(
        () => new Error("it started"),
        (refusal) => refusal,
      );
      expect(error.message).toMatch(line);
      expect(error.message).not.toContain("\n");
    });

    it("says so of a path that is a file or below one", async () => {
      const file = join(mkdtempSync(join(tmpdir(), "dropclip-file-")), "file");
      writeFileSync(file, "");
      await expect(testCloud({ directory: file })).rejects.toThrow(/file is a file: remove it, or name a folder/);
      await expect(testCloud({ directory: join(file, "data") })).rejects.toThrow(/cannot be made \(ENOTDIR\)/);
    });

    it.skipIf(cannotMount)(`says so of a disk that is read-only or full${cannotMount}`, async () => {
      const small = new SmallDisk(1);
      try {
        small.fill();
        await expect(testCloud({ directory: small.directory })).rejects.toThrow(
          /\(ENOSPC\): the disk is full; make room/,
        );
        small.empty();
        small.readOnly();
        await expect(testCloud({ directory: small.directory })).rejects.toThrow(/\(EROFS\): it is on a read-only disk/);
        const below = join(small.directory, "data");
        await expect(testCloud({ directory: below })).rejects.toThrow(/cannot be made \(EROFS\)/);
      } finally {
        small.unmount();
      }
    });
  });
});
