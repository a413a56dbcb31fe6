import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { generate, signIn, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { openPage, type Page, type Signed, uploader } from "./page.ts";

const folder = mkdtempSync(join(tmpdir(), "dropclip-uppy-"));
const photo = join(folder, "photo.png");
const movie = join(folder, "movie.mp4");
let cloud: TestCloud;
let fan: string;
let page: Page;

beforeAll(async () => {
  cloud = await testCloud();
  fan = await signIn(cloud, "fan");
  await sharp({ create: { width: 60, height: 40, channels: 3, background: "#2040a0" } })
    .png()
    .toFile(photo);
  // Noise that is kept nearly as it is: some 20 MB in three seconds, three parts.
  const noise = "testsrc2=size=480x270:rate=30:duration=3,noise=alls=80:allf=t,format=yuv420p";
  await generate(movie, ...["-f", "lavfi", "-i", noise, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "2"]);
});
afterEach(() => {
  page.close();
  expect(cloud.logs.filter(({ service, level }) => service === "iam" || level === "error")).toEqual([]);
});
afterAll(async () => {
  await cloud.dispose();
  rmSync(folder, { recursive: true });
});

/** Opens a page of the fan's and announces the files there; an Uppy that holds them. */
async function picked(...files: string[]) {
  page = openPage(cloud, fan);
  const listed = files.map((file) => ({ name: basename(file), bytes: statSync(file).size }));
  const upload = await page.call("POST", `/events/${DEMO_EVENT_ID}/uploads`, { files: listed });
  const uppy = uploader(page, upload);
  for (const file of files) add(page, uppy, upload, file);
  return { uppy, uploadId: upload.uploadId as string, upload };
}

function add(on: Page, uppy: any, upload: any, file: string): string {
  const { mediaId } = upload.media.find(({ fileName }: any) => fileName === basename(file));
  return uppy.addFile(on.pick(file, file.endsWith(".png") ? "image/png" : "video/mp4", { mediaId }));
}

/** The names of the multipart uploads that S3 holds parts of. */
const underWay = async () => (await aws(cloud).s3("GET", "/dropclip-uploads-dev?uploads")).text.match(/<UploadId>/g);

describe("Uppy", () => {
  it("sends a photo by one PUT and a clip in parts, each to complete", async () => {
    const { uppy, uploadId } = await picked(photo, movie);
    const { successful, failed } = await uppy.upload();
    expect(failed).toEqual([]);
    expect(successful.map(({ response }: any) => response.status)).toEqual([200, 200]);
    const whole = page.calls().filter((call) => call.startsWith("PutObject"));
    expect(whole).toEqual(["PutObject 200"]);
    expect(page.calls().filter((call) => !whole.includes(call))).toEqual([
      "ListParts 200",
      "UploadPart 1 200",
      "UploadPart 2 200",
      "UploadPart 3 200",
      "CompleteMultipartUpload 200",
    ]);
    const record = await cloud.completed(uploadId);
    expect(record.media.map(({ mediaId, status }: any) => [mediaId, status])).toEqual([
      ["video", "complete"],
      ["image1", "complete"],
    ]);
  });

  it("goes on where it was paused: asks S3 for the parts and sends the others", async () => {
    const { uppy, uploadId } = await picked(movie);
    const paused = new Promise<void>((resolve) => {
      page.watch.sent = (operation) => {
        if (operation !== "UploadPart 2") return;
        page.watch.sent = () => {};
        uppy.pauseAll();
        resolve();
      };
    });
    const done = uppy.upload();
    await paused;
    uppy.resumeAll();
    expect((await done).failed).toEqual([]);
    expect(page.calls()).toEqual([
      "ListParts 200",
      "UploadPart 1 200",
      "UploadPart 2",
      "ListParts 200",
      "UploadPart 2 200",
      "UploadPart 3 200",
      "CompleteMultipartUpload 200",
    ]);
    expect((await cloud.completed(uploadId)).status).toBe("complete");
  });

  it("goes on after its page was loaded again", async () => {
    const { uppy, uploadId, upload } = await picked(movie);
    await new Promise<void>((resolve) => {
      uppy.on("s3-multipart:part-uploaded", (_: any, { PartNumber }: any) => {
        if (PartNumber !== 2) return;
        page.close();
        resolve();
      });
      void uppy.upload();
    });
    page = openPage(cloud, fan);
    const again = uploader(page, upload);
    add(page, again, upload, movie);
    expect((await again.upload()).failed).toEqual([]);
    expect(page.calls()).toEqual(["ListParts 200", "UploadPart 3 200", "CompleteMultipartUpload 200"]);
    expect((await cloud.completed(uploadId)).status).toBe("complete");
  });

  it("gives the parts back when the fan cancels, and may begin anew", async () => {
    const { uppy, uploadId, upload } = await picked(movie);
    const begun = new Promise((resolve) => uppy.on("s3-multipart:part-uploaded", resolve));
    const done = uppy.upload();
    await begun;
    expect(await underWay()).toHaveLength(1);
    uppy.cancelAll();
    await done;
    await eventually(() => expect(page.calls().at(-1)).toBe("AbortMultipartUpload 204"));
    expect(await underWay()).toBeNull();
    expect((await cloud.call("GET", `/uploads/${uploadId}`)).body.status).toBe("pending");

    add(page, uppy, upload, movie);
    expect((await uppy.upload()).failed).toEqual([]);
    expect((await cloud.completed(uploadId)).status).toBe("complete");
  });

  it("posts a flyer by the form's fields", async () => {
    page = openPage(cloud, await signIn(cloud, "creative"));
    const file = { name: basename(photo), bytes: statSync(photo).size };
    const uppy = page.uppy(async (): Promise<Signed> => page.call("POST", `/events/${DEMO_EVENT_ID}/flyer`, file));
    uppy.addFile(page.pick(photo, "image/png"));
    expect((await uppy.upload()).failed).toEqual([]);
    expect(page.calls()).toEqual([expect.stringMatching(/^PostObject 20[014]$/)]);
    await eventually(async () => {
      const { flyer, upload } = await page.call("GET", `/events/${DEMO_EVENT_ID}/flyer`);
      expect(upload.status).toBe("complete");
      const served = await fetch(flyer.url);
      expect([served.status, served.headers.get("content-type")]).toEqual([200, "image/png"]);
    });
  });
});

describe("a page of another origin", () => {
  it("may call neither the API nor S3, even with a token and a signature", async () => {
    const { upload } = await picked(photo);
    const asked = { mediaId: "image1", operation: "PutObject" };
    const { requests } = await page.call("POST", `/uploads/${upload.uploadId}/sign`, asked);
    page.close();

    page = openPage(cloud, fan, "https://elsewhere.example");
    await expect(page.call("GET", "/me")).rejects.toThrow(/CORS/);
    const uppy = page.uppy(async (): Promise<Signed> => requests[0]);
    uppy.addFile(page.pick(photo, "image/png"));
    const { failed } = await uppy.upload();
    expect(failed).toHaveLength(1);
    expect(new Set(page.calls())).toEqual(new Set(["PutObject 0"]));
    const { key, url, method, headers } = requests[0];
    expect((await aws(cloud).s3("HEAD", `/dropclip-uploads-dev/${key}`)).status).toBe(404);
    // The signature itself held.
    expect((await fetch(url, { method, headers, body: readFileSync(photo) })).status).toBe(200);
  });
});
