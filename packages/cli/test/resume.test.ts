import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Interrupted } from "../src/errors.ts";
import { openJournal } from "../src/send/journal.ts";
import { json } from "./support/answers.ts";
import { contentOf, EVENT_ID, User } from "./support/cli.ts";
import { problem, TestCloud } from "./support/test-cloud.ts";
import { failure } from "./support/test-s3.ts";

const PROGRAM = fileURLToPath(new URL("../bin/dropclip.mjs", import.meta.url));

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  await user.signIn(cloud);
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

const command = (...files: string[]) => ["upload", ...files, "--event", EVENT_ID, "--api", cloud.base];
const journals = () =>
  readdirSync(join(user.env.XDG_CONFIG_HOME, "dropclip", "uploads")).filter((name) => name.endsWith(".json"));

/** Runs the command and interrupts it, as Ctrl-C does, when the call arrives; that call is never answered. */
async function interruptAt(at: string, ...files: string[]) {
  const controller = new AbortController();
  cloud.intercept = (call) => {
    if (call !== at) return undefined;
    controller.abort(new Interrupted("SIGINT"));
    return "drop";
  };
  const run = await user.run(command(...files), { signal: controller.signal });
  await cloud.quiet();
  cloud.intercept = () => undefined;
  cloud.calls.length = 0;
  return run;
}

const stored = () => [...cloud.s3.objects.values()];
const begins = () => cloud.calls.filter((call) => call.endsWith("/multipart"));
const partNumbers = () => cloud.calls.flatMap((call) => /^UploadPart (\d+)$/.exec(call)?.[1] ?? []).map(Number);

describe("an interrupted upload", () => {
  it("says that running it again goes on, and ends with exit code 130", async () => {
    const run = await interruptAt("UploadPart 3", user.file("clip.mp4", 9500));
    expect(run.code).toBe(130);
    expect(run.stderr).toMatch(/run the same command again to continue where this one stopped\ndropclip: stopped\n$/);
  });

  it("goes on as the same upload with only the parts that are missing", async () => {
    const file = user.file("clip.mp4", 9500);
    await interruptAt("UploadPart 7", file);
    const [multipart] = cloud.s3.multiparts.values();
    const had = [...multipart!.parts.keys()];
    const run = await user.run(command(file));
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining("continuing the earlier upload\n") });
    expect(partNumbers().toSorted((a, b) => a - b)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((n) => !had.includes(n)),
    );
    expect(had.length).toBeGreaterThan(0);
    expect(stored()).toEqual([contentOf(9500)]);
    expect(cloud.uploads.size).toBe(1);
  });

  it("reads the list of parts page by page", async () => {
    cloud.s3.pageSize = 2;
    const file = user.file("clip.mp4", 9500);
    await interruptAt("CompleteMultipartUpload", file);
    await user.run(command(file));
    expect(cloud.s3Calls()).toEqual([...Array(5).fill("ListParts"), "CompleteMultipartUpload"]);
  });

  it("sends a part again whose size is not what it should be", async () => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("CompleteMultipartUpload", file);
    cloud.s3.multiparts.get("m&1")!.parts.set(2, Buffer.alloc(10));
    await user.run(command(file));
    expect(partNumbers()).toEqual([2]);
    expect(stored()).toEqual([contentOf(4500)]);
  });

  it("does not send what S3 took without being able to say so", async () => {
    const file = user.file("photo.png", 500);
    await interruptAt("PutObject", file);
    const [upload] = cloud.uploads.values();
    cloud.s3.objects.set(`events/${EVENT_ID}/uploads/${upload!.fanId}/${upload!.uploadId}/image1`, contentOf(500));
    const run = await user.run(command(file));
    // The pipeline moved on, so no signature is requested; otherwise S3 would have answered 412.
    expect(run.code).toBe(0);
    expect(cloud.s3Calls()).toEqual([]);
  });

  it("follows the processing when everything had been sent", async () => {
    const file = user.file("photo.png", 500);
    const controller = new AbortController();
    cloud.intercept = (call) => void (call.startsWith("GET /uploads") && controller.abort(new Interrupted("SIGINT")));
    await user.run(command(file), { signal: controller.signal });
    cloud.intercept = () => undefined;
    cloud.calls.length = 0;
    const run = await user.run(command(file));
    expect(run.code).toBe(0);
    expect(cloud.s3Calls()).toEqual([]);
    expect(journals()).toEqual([]);
  });

  it("starts anew when the file has changed, and says so", async () => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("UploadPart 2", file);
    appendFileSync(file, "more");
    const run = await user.run(command(file));
    expect(run.stderr).toContain("clip.mp4 has changed since it was last sent: starting again\n");
    expect(cloud.uploads.size).toBe(2);
    expect(stored()[0]?.length).toBe(4504);
  });

  it("takes a file of the same size written since for changed", async () => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("UploadPart 2", file);
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    expect((await user.run(command(file))).stderr).toContain("has changed");
  });

  it.each(["expired", "gone"])("starts anew when it is %s", async (how) => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("UploadPart 2", file);
    const [upload] = cloud.uploads.values();
    if (how === "gone") cloud.uploads.clear();
    else
      Object.assign(upload!, {
        status: "expired",
        media: upload!.media.map((each) => ({ ...each, status: "expired" })),
      });
    const run = await user.run(command(file));
    expect(run).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("the earlier upload no longer exists: starting again\n"),
    });
  });

  it("begins the multipart upload anew when S3 no longer has it", async () => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("UploadPart 2", file);
    cloud.s3.multiparts.clear();
    const run = await user.run(command(file));
    expect(run.code).toBe(0);
    expect(cloud.s3Calls().slice(0, 2)).toEqual(["ListParts", "UploadPart 1"]);
    expect(begins()).toHaveLength(1);
    expect(stored()).toEqual([contentOf(4500)]);
  });

  it("goes on by the multipart upload the API names, whatever one its journal remembers", async () => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("UploadPart 2", file);
    const path = join(user.env.XDG_CONFIG_HOME, "dropclip", "uploads", journals()[0]!);
    writeFileSync(path, readFileSync(path, "utf8").replace('"m&1"', '"begun by itself"'));
    expect((await user.run(command(file))).code).toBe(0);
    expect(begins()).toHaveLength(1);
    expect([...cloud.s3.multiparts.keys(), cloud.s3.begin("next")]).toEqual(["m&2"]);
    expect(stored()).toEqual([contentOf(4500)]);
  });

  it("begins none when the API names none", async () => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("UploadPart 2", file);
    cloud.multipartOf.clear();
    expect((await user.run(command(file))).code).toBe(0);
    expect(stored()).toEqual([contentOf(4500)]);
  });

  it("counts as sent when S3 has put it together and the pipeline has not seen it yet", async () => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("UploadPart 2", file);
    const [id, { key }] = [...cloud.s3.multiparts][0]!;
    // Sent by another run, which this journal does not know.
    cloud.s3.multiparts.delete(id);
    cloud.s3.objects.set(key, contentOf(4500));
    let looks = 0;
    cloud.intercept = (call) =>
      call.startsWith("GET /uploads/") && looks++ < 2 ? json(200, { ...[...cloud.uploads.values()][0] }) : undefined;
    expect((await user.run(command(file))).code).toBe(0);
    expect(partNumbers()).toEqual([]);
    expect(begins()).toHaveLength(1);
  });

  it("starts anew when its journal is damaged", async () => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("UploadPart 2", file);
    writeFileSync(join(user.env.XDG_CONFIG_HOME, "dropclip", "uploads", journals()[0]!), '{"version":2,');
    expect((await user.run(command(file))).code).toBe(0);
    expect(cloud.uploads.size).toBe(2);
  });

  it("of several files sends those that are missing, whatever order they are named in", async () => {
    const files = [user.file("clip.mp4", 4500), user.file("a.png", 100), user.file("b.png", 200)];
    await interruptAt("CompleteMultipartUpload", ...files);
    const run = await user.run(command(...files.toReversed()));
    expect(run.code).toBe(0);
    expect(cloud.uploads.size).toBe(1);
    expect(run.stdout).toMatch(/^b\.png {2}complete\n {2}content {4}https:\/\/cdn\.test\/image2/);
    expect(
      stored()
        .map(({ length }) => length)
        .toSorted(),
    ).toEqual([100, 200, 4500]);
  });

  it("is remembered for its owner's eyes only, and without what could sign anything", async () => {
    await interruptAt("UploadPart 2", user.file("clip.mp4", 4500));
    const text = readFileSync(join(user.env.XDG_CONFIG_HOME, "dropclip", "uploads", journals()[0]!), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      version: 2,
      files: [{ mediaId: "video", bytes: 4500, s3UploadId: "m&1" }],
    });
    expect(text).not.toContain("signature");
  });
});

describe("an answer that was lost", () => {
  it("to a PUT is found out by S3's 412", async () => {
    let lost = false;
    cloud.intercept = (call) => {
      if (call !== "PutObject" || lost) return undefined;
      lost = true;
      const [upload] = cloud.uploads.values();
      cloud.s3.objects.set(`events/${EVENT_ID}/uploads/${upload!.fanId}/${upload!.uploadId}/image1`, contentOf(500));
      return "drop";
    };
    expect((await user.run(command(user.file("photo.png", 500)))).code).toBe(0);
    expect(stored()).toEqual([contentOf(500)]);
  });

  it("to beginning is asked for again, and nothing is begun twice", async () => {
    let lost = 0;
    cloud.lose = (call) => call.endsWith("/multipart") && lost++ === 0;
    expect((await user.run(command(user.file("clip.mp4", 4500)))).code).toBe(0);
    expect(begins()).toHaveLength(2);
    expect(cloud.s3.begin("next")).toBe("m&2");
    expect(stored()).toEqual([contentOf(4500)]);
  });

  it("to completing is found out by asking whether the file has arrived", async () => {
    cloud.intercept = (call) => {
      if (call !== "CompleteMultipartUpload" || cloud.s3.objects.size > 0) return undefined;
      const [[id, { key, parts }]] = [...cloud.s3.multiparts] as [
        [string, { key: string; parts: Map<number, Buffer> }],
      ];
      cloud.s3.objects.set(key, Buffer.concat([...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part)));
      cloud.s3.multiparts.delete(id);
      return "drop";
    };
    const run = await user.run(command(user.file("clip.mp4", 4500)));
    expect(run.code).toBe(0);
    expect(partNumbers()).toHaveLength(5);
    expect(stored()).toEqual([contentOf(4500)]);
  });

  it("with an error inside a 200 to completing is tried again", async () => {
    let failed = 0;
    cloud.intercept = (call) =>
      call === "CompleteMultipartUpload" && failed++ === 0 ? { ...failure(200, "InternalError") } : undefined;
    expect((await user.run(command(user.file("clip.mp4", 4500)))).code).toBe(0);
    expect(stored()).toHaveLength(1);
  });
});

describe("a file that changes while it is sent", () => {
  it("is not completed", async () => {
    const file = user.file("clip.mp4", 4500);
    cloud.intercept = (call) => void (call === "UploadPart 5" && appendFileSync(file, "x"));
    const run = await user.run(command(file));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("clip.mp4 was changed while it was being sent");
    expect(stored()).toEqual([]);
  });

  it("is not padded when it becomes shorter", async () => {
    const file = user.file("clip.mp4", 4500);
    cloud.intercept = (call) => void (call.endsWith("/multipart") && writeFileSync(file, "short"));
    const run = await user.run(command(file));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("shorter");
  });
});

describe("two runs at once", () => {
  it("of the same command: the second says so and leaves the first alone", async () => {
    const file = user.file("clip.mp4", 4500);
    const { userId } = await user.signIn(cloud);
    const directory = join(user.env.XDG_CONFIG_HOME, "dropclip", "uploads");
    const key = { api: cloud.base, eventId: EVENT_ID, userId, paths: [file] };
    const first = openJournal(directory, key, Date.now());
    const second = await user.run(command(file));
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(
      "dropclip: another dropclip is already sending these files: wait for it or stop it\n",
    );
    expect(cloud.calls).toEqual(["GET /openapi.json"]);
    first.close();
    expect((await user.run(command(file))).code).toBe(0);
  });
});

describe("kill -9", () => {
  it("in the middle of the parts loses nothing that S3 has", async () => {
    const file = user.file("clip.mp4", 9500);
    const killed = Promise.withResolvers<void>();
    const child = spawn(process.execPath, [PROGRAM, ...command(file)], {
      env: { ...process.env, ...user.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    cloud.intercept = async (call) => {
      if (call !== "UploadPart 6") return undefined;
      child.kill("SIGKILL");
      await once(child, "exit");
      killed.resolve();
      return "drop";
    };
    await killed.promise;
    await cloud.quiet();
    cloud.intercept = () => undefined;
    cloud.calls.length = 0;
    const [multipart] = cloud.s3.multiparts.values();
    const had = [...multipart!.parts.keys()];
    const run = await user.run(command(file));
    expect(run.code).toBe(0);
    expect(partNumbers().filter((part) => had.includes(part))).toEqual([]);
    expect(partNumbers().length + had.length).toBe(10);
    expect(stored()).toEqual([contentOf(9500)]);
    expect(cloud.uploads.size).toBe(1);
  });
});

describe("a file the pipeline takes while it is taken up again", () => {
  it("counts as sent", async () => {
    const file = user.file("photo.png", 500);
    await interruptAt("PutObject", file);
    const [upload] = cloud.uploads.values();
    cloud.intercept = (call) => {
      if (!call.endsWith("/sign")) return undefined;
      cloud.s3.objects.set(`events/${EVENT_ID}/uploads/${upload!.fanId}/${upload!.uploadId}/image1`, contentOf(500));
      Object.assign(upload!.media[0]!, { status: "processing", transfer: undefined });
      return undefined;
    };
    expect((await user.run(command(file))).code).toBe(0);
    expect(cloud.s3Calls()).toEqual([]);
  });
});

describe("a refused signature for an upload taken up again", () => {
  it("is a refusal", async () => {
    const file = user.file("photo.png", 500);
    await interruptAt("PutObject", file);
    cloud.intercept = (call) =>
      call.endsWith("/sign") ? problem(403, "event.closed", "the event takes no more") : undefined;
    expect(await user.run(command(file))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("dropclip: the event takes no more\n"),
    });
  });
});
