import { chmodSync, existsSync, readFileSync } from "node:fs";
import { ProbeCommand } from "@aws-sdk/client-mediaconvert";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Limits } from "../../src/mediaconvert/index.ts";
import { generate, OPERATOR, TestCloud, written } from "./cloud.ts";
import { box, captures, files, mp4, request } from "./settings.ts";

const ultrafast = ["-c:v", "libx264", "-preset", "ultrafast"];
const victim = () => generate("victim.mp4", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=1", ...ultrafast);

let cloud: TestCloud;
beforeEach(() => {
  cloud = new TestCloud();
});
afterEach(() => cloud.close());

async function run(file: string, group = files([mp4(box(640), [])])) {
  cloud.files.put("uploads", "in/clip.mp4", file);
  const { Job } = cloud.mediaconvert.createJob(request([group]), OPERATOR);
  return cloud.mediaconvert.waitForJob(Job.Id);
}

async function limited(limits: Partial<Limits>, ffmpeg?: string) {
  await cloud.close();
  cloud = new TestCloud({ limits, ...(ffmpeg ? { ffmpeg } : {}) });
}

describe("a file that is no media container", () => {
  it.each<[string, () => string | Buffer]>([
    [
      "an HLS playlist naming a local file",
      () => `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${victim()}\n#EXT-X-ENDLIST\n`,
    ],
    ["a concat script", () => `ffconcat version 1.0\nfile '${victim()}'\n`],
    [
      "a DASH manifest",
      () =>
        `<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation><BaseURL>${victim()}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    ],
    ["a session description", () => "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9999 RTP/AVP 96\n"],
    ["HTML", () => "<!doctype html><script>alert(1)</script>"],
    ["nothing", () => ""],
    [
      "noise",
      () => Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919 + (index >> 3) * 31) & 255)),
    ],
    ["an MP4 without its index", () => readFileSync(victim()).subarray(0, 1000)],
  ])("is refused, by the job and by Probe: %s", async (_, content) => {
    const file = written("hostile.mp4", content());
    expect(await run(file)).toMatchObject({
      Status: "ERROR",
      ErrorCode: 1010,
      ErrorMessage: expect.stringContaining("No parser found for container"),
    });
    const client = await cloud.client();
    await expect(
      client.send(new ProbeCommand({ InputFiles: [{ FileUrl: "s3://uploads/in/clip.mp4" }] })),
    ).rejects.toMatchObject({ name: "BadRequestException" });
    client.destroy();
  });
});

describe("a media file that is wrong inside", () => {
  it("ends with 1075 when it was cut off", async () => {
    const whole = readFileSync(
      generate("fast.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=4", ...ultrafast, "-movflags", "+faststart"),
    );
    const job = await run(written("cut.mp4", whole.subarray(0, whole.length / 2)));
    expect(job).toMatchObject({ Status: "ERROR", ErrorCode: 1075 });
    expect(cloud.files.adopted).toEqual([]);
  });

  it("ends with 1075 when it is a header without pictures", async () => {
    const fragments = ["-movflags", "frag_keyframe+empty_moov"];
    const source = ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=1", ...ultrafast, ...fragments];
    const bytes = readFileSync(generate("fragments.mp4", ...source));
    const job = await run(written("header.mp4", bytes.subarray(0, bytes.indexOf("moof") - 4)));
    expect(job).toMatchObject({ Status: "ERROR", ErrorCode: 1075 });
  });

  it("ends with 1020 when it has sound only", async () => {
    const sound = generate("sound.m4a", "-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac");
    expect(await run(sound)).toMatchObject({ Status: "ERROR", ErrorCode: 1020 });
  });

  it("ends with 1020 when its only picture is cover art", async () => {
    const cover = generate("cover.png", "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1");
    const sound = generate(
      "art.m4a",
      "-f",
      "lavfi",
      "-i",
      "sine=d=1",
      "-i",
      cover,
      "-c:a",
      "aac",
      "-c:v",
      "png",
      "-disposition:v:0",
      "attached_pic",
    );
    expect(await run(sound)).toMatchObject({ Status: "ERROR", ErrorCode: 1020 });
  });

  it("ends with 1030 when its codec is none a camera writes", async () => {
    const odd = generate(
      "odd.mkv",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=64x64:r=10:d=1",
      "-c:v",
      "snow",
      "-strict",
      "experimental",
    );
    expect(await run(odd)).toMatchObject({
      Status: "ERROR",
      ErrorCode: 1030,
      ErrorMessage: expect.stringContaining("snow"),
    });
  });

  it.each([12_000, 60_000])("ends with 1040 when it claims to be %d pixels wide and high", async (side) => {
    const small = ["-f", "lavfi", "-i", "color=red:s=64x64:r=10:d=0.2", "-c:v", "rawvideo", "-pix_fmt", "bgr24"];
    const avi = Buffer.from(readFileSync(generate("raw.avi", ...small)));
    const format = avi.indexOf("strf") + 8;
    avi.writeInt32LE(side, format + 4);
    avi.writeInt32LE(side, format + 8);
    const job = await run(written("huge.avi", avi));
    expect(job).toMatchObject({
      Status: "ERROR",
      ErrorCode: 1040,
      ErrorMessage: expect.stringContaining("Invalid resolution"),
    });
  });

  it("ends with 1040 when it claims an absurd frame rate", async () => {
    const quick = generate("quick.mp4", "-f", "lavfi", "-i", "color=red:s=64x64:r=1000:d=0.5", ...ultrafast);
    expect(await run(quick)).toMatchObject({
      Status: "ERROR",
      ErrorCode: 1040,
      ErrorMessage: expect.stringContaining("frame rate"),
    });
  });
});

describe("limits", () => {
  const long = () => generate("long.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x480:r=30:d=60", ...ultrafast);

  it("end a job that takes too long", async () => {
    await limited({ jobBaseMs: 1000, jobMsPerSecond: 0 });
    cloud.files.put("uploads", "in/clip.mp4", long());
    const { Job } = cloud.mediaconvert.createJob(request([files([mp4(box(640), [])])]), OPERATOR);
    await cloud.event("STATUS_UPDATE");
    await cloud.clock.advance(1000);
    expect(await cloud.mediaconvert.waitForJob(Job.Id)).toMatchObject({
      Status: "ERROR",
      ErrorCode: 1999,
      ErrorMessage: expect.stringContaining("longer than the limit"),
    });
  });

  it("end a job that writes too much", async () => {
    await limited({ outputBytes: 100_000 });
    expect(await run(long())).toMatchObject({ Status: "ERROR", ErrorCode: 1999 });
    expect(cloud.files.adopted).toEqual([]);
  });

  it("end a job whose many small files are too much together", async () => {
    await limited({ outputBytes: 200_000 });
    const many = captures(1, { FramerateNumerator: 30, MaxCaptures: 100_000, Quality: 100 });
    const group = files([many, mp4(box(64), [], { NameModifier: "-small" })]);
    expect(await run(long(), group)).toMatchObject({ Status: "ERROR", ErrorCode: 1999 });
  });

  it.runIf(process.platform === "linux")("keep ffmpeg's memory in bounds", async () => {
    await limited({ memoryBytes: 64 * 1024 * 1024 });
    expect(await run(long())).toMatchObject({ Status: "ERROR" });
  });

  it("give ffmpeg none of this process's environment, and its files in a folder of its own", async () => {
    const seen = written("seen", "");
    const spy = written("spy.sh", `#!/bin/sh\nenv > ${seen}\npwd >> ${seen}\nexit 1\n`);
    chmodSync(spy, 0o755);
    await limited({}, spy);
    process.env.AWS_SECRET_ACCESS_KEY = "do-not-pass-on";
    await run(victim());
    delete process.env.AWS_SECRET_ACCESS_KEY;
    const text = readFileSync(seen, "utf8");
    expect(text).toMatch(/PATH=/);
    expect(text).not.toMatch(/AWS_|HOME=|do-not-pass-on/);
    const scratch = text.trim().split("\n").at(-1)!;
    expect(scratch).toMatch(/mediaconvert\/\d+-[a-z0-9]{6}$/);
    expect(existsSync(scratch)).toBe(false);
  });
});

describe("names with anything in them", () => {
  it("reach neither a command line nor a path outside the bucket", async () => {
    const name = "a b'\"$(touch x);`x`%07d[0:v]\\é -i";
    cloud.files.put("uploads", `in/../${name}.mp4`, victim());
    const groups = [
      files([mp4(box(640), [])], `s3://content/out/${name}`),
      files([captures()], `s3://content/out/${name}/`),
    ];
    const body = request(groups, { FileInput: `s3://uploads/in/../${name}.mp4` });
    const { Job } = cloud.mediaconvert.createJob(body, OPERATOR);
    expect(await cloud.mediaconvert.waitForJob(Job.Id)).toMatchObject({ Status: "COMPLETE" });
    expect(cloud.files.adopted.toSorted()).toEqual([`out/${name}.mp4`, `out/${name}/${name}-frame.0000000.jpg`]);
  });
});
