import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEMO_EVENT_ID } from "../src/demo.ts";
import { EVENT_ID, Keyboard, User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";
import { testUpload } from "./support/test-uploads.ts";

const UPLOAD_ID = "019a0000-0000-7000-8000-000000000001";

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  await user.signIn(cloud, "creative@example.com");
  const { userId: fanId } = await user.signIn(cloud, "fan@example.com");
  const at = { eventId: DEMO_EVENT_ID, fanId };
  const clip = {
    mediaId: "video",
    contentType: "video",
    fileName: "clip.mov",
    bytes: 4_500_000,
    type: "video/mp4",
    progress: 100,
    timeline: [],
  };
  const photo = {
    mediaId: "image1",
    contentType: "image",
    fileName: "a\u001b[31m.jpg",
    bytes: 700,
    type: "image/jpeg",
    progress: 100,
    timeline: [],
  };
  const urls = { content: "https://cdn.test/video.mp4", thumbnail: "https://cdn.test/video.jpg" };
  const reason = { code: "media.corrupt", message: "It is damaged." };
  const media = [
    { ...clip, status: "complete", urls },
    { ...photo, status: "rejected", reason },
  ];
  cloud.uploads.set(UPLOAD_ID, testUpload({ ...at, uploadId: UPLOAD_ID, status: "partial", media }));
  for (let count = 2; count < 5; count++) {
    const uploadId = UPLOAD_ID.replace(/1$/, String(count));
    const media = [{ ...clip, status: "complete" }];
    cloud.uploads.set(uploadId, testUpload({ ...at, uploadId, eventId: EVENT_ID, status: "complete", media }));
  }
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

const uploads = (...args: string[]) => user.run(["uploads", ...args, "--api", cloud.base]);
const upload = () => cloud.uploads.get(UPLOAD_ID)!;

describe("dropclip uploads list", () => {
  it("lists one's own, newest first", async () => {
    expect((await uploads("list")).stdout).toMatchInlineSnapshot(`
      "upload                                status    created               files            event
      019a0000-0000-7000-8000-000000000004  complete  2026-01-02 03:04:05Z  clip.mov         01900000-0000-7000-8000-00000000aaaa
      019a0000-0000-7000-8000-000000000003  complete  2026-01-02 03:04:05Z  clip.mov         01900000-0000-7000-8000-00000000aaaa
      019a0000-0000-7000-8000-000000000002  complete  2026-01-02 03:04:05Z  clip.mov         01900000-0000-7000-8000-00000000aaaa
      019a0000-0000-7000-8000-000000000001  partial   2026-01-02 03:04:05Z  clip.mov, a.jpg  01900000-0000-7000-8000-000000000001
      "
    `);
    expect((await uploads("list", "--user", "creative")).stdout).toBe("no uploads\n");
  });

  it("lists all of an event to its creative, of one status where one is named", async () => {
    const args = ["--user", "creative", "--json", "--event"];
    const ids = async (...more: string[]) =>
      JSON.parse((await uploads("list", ...args, ...more)).stdout).map(
        ({ uploadId }: { uploadId: string }) => uploadId,
      );
    expect(await ids("demo")).toEqual([UPLOAD_ID]);
    expect(await ids("demo", "--status", "complete")).toEqual([]);
    expect((await uploads("list", "--status", "complete")).stderr).toBe("dropclip: --status goes with --event\n");
  });

  it("follows the pages up to the limit", async () => {
    cloud.pageSize = 2;
    const run = await uploads("list", "--limit", "3", "--json");
    expect(JSON.parse(run.stdout)).toHaveLength(3);
    expect(run.stderr).toContain("there are more than these 3");
  });
});

describe("dropclip uploads show", () => {
  it("shows the result for each file, and its URLs", async () => {
    expect((await uploads("show", UPLOAD_ID)).stdout).toMatchInlineSnapshot(`
      "upload   019a0000-0000-7000-8000-000000000001
      event    01900000-0000-7000-8000-000000000001
      fan      00000001-aaaa-4aaa-8aaa-aaaaaaaaaaaa
      status   partial
      created  2026-01-02 03:04:05Z

      video    clip.mov  4.5 MB  complete
        content    https://cdn.test/video.mp4
        thumbnail  https://cdn.test/video.jpg
      image1   a.jpg  700 B  rejected: It is damaged. (media.corrupt)
      "
    `);
    expect(JSON.parse((await uploads("show", UPLOAD_ID, "--json")).stdout)).toEqual(
      JSON.parse(JSON.stringify(upload())),
    );
  });

  it("says that there is none, exit code 2", async () => {
    expect((await uploads("show", EVENT_ID)).code).toBe(2);
    expect((await uploads("show", "mine")).stderr).toBe("dropclip: upload mine: not a UUID\n");
  });
});

describe("dropclip uploads hide and unhide", () => {
  it("hide media of an upload to the creative's event, and show them again", async () => {
    const hidden = await uploads("hide", UPLOAD_ID, "video", "image1", "--user", "creative");
    expect(hidden.stdout).toContain("video    clip.mov  4.5 MB  complete, hidden\n");
    expect(upload().media.map(({ hidden }) => hidden)).toEqual([true, true]);
    const shown = await uploads("unhide", UPLOAD_ID, "video", "--user", "creative", "--json");
    expect(JSON.parse(shown.stdout).media[0].hidden).toBe(false);
    expect((await uploads("list", "--event", "demo", "--user", "creative")).stdout).toContain(
      "clip.mov, a.jpg (hidden)",
    );
  });

  it("take no path for a name", async () => {
    const run = await uploads("hide", UPLOAD_ID, "../../events", "--user", "creative");
    expect(run).toMatchObject({
      code: 1,
      stderr: "dropclip: media ../../events: neither video nor image1, image2 …\n",
    });
    expect(cloud.calls).toEqual([]);
  });
});

describe("dropclip uploads preview", () => {
  it("prints URLs and how long they last", async () => {
    expect((await uploads("preview", UPLOAD_ID, "video", "--user", "creative")).stdout).toMatchInlineSnapshot(`
      "  content    https://cdn.test/video.mp4
        stream     https://cdn.test/video/index.m3u8
        thumbnail  https://cdn.test/video.jpg
        until      2026-01-02 03:19:05Z
      "
    `);
  });
});

describe("dropclip uploads delete", () => {
  it("asks, naming the files, and deletes at a yes", async () => {
    const run = await user.run(["uploads", "delete", UPLOAD_ID, "--api", cloud.base], { stdin: new Keyboard("yes\n") });
    expect(run).toMatchObject({ code: 0, stdout: `deleted the upload ${UPLOAD_ID}\n` });
    expect(run.stderr).toBe("delete the upload of clip.mov, a.jpg? [y/N] ");
    expect(cloud.uploads.has(UPLOAD_ID)).toBe(false);
  });

  it("deletes nothing without a yes", async () => {
    const run = await user.run(["uploads", "delete", UPLOAD_ID, "--api", cloud.base], { stdin: new Keyboard("n\n") });
    expect(run.code).toBe(1);
    expect(cloud.uploads.has(UPLOAD_ID)).toBe(true);
  });

  it("needs --yes where there is no terminal", async () => {
    expect((await uploads("delete", UPLOAD_ID)).stderr).toContain("add --yes");
    expect(JSON.parse((await uploads("delete", UPLOAD_ID, "--yes", "--json")).stdout)).toEqual({
      uploadId: UPLOAD_ID,
      deleted: true,
    });
  });
});

describe("dropclip uploads download", () => {
  it("tells the URL and the name of the file", async () => {
    expect((await uploads("download", UPLOAD_ID, "video")).stdout).toMatchInlineSnapshot(`
      "file   Demo night 2026.mp4
      url    https://s3.test/video?signed
      until  2026-01-02 03:19:05Z
      "
    `);
    expect((await uploads("download", UPLOAD_ID, "image7")).code).toBe(2);
  });
});
