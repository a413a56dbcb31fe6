import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, apiOf, clip, type TestCloud, testCloud } from "../support/cloud.ts";
import {
  bodyOf,
  expectProblem,
  folder,
  forgetCalls,
  MIB,
  newEvent,
  photo,
  published,
  settled,
  tiny,
} from "./support.ts";

const TITLE = 'Köln: "Rock" & 100 % / Ende';
let cloud: TestCloud;
let nobody: Api;
let creative: Api;
let eventId: string;
let filmed: any;

beforeAll(async () => {
  cloud = await testCloud();
  nobody = apiOf(cloud.api);
  creative = await cloud.as("creative");
  ({ eventId } = await newEvent(creative, { title: TITLE }));
  const film = await clip(join(folder, "film.mp4"), { size: "64x64", seconds: 1 });
  const { uploadId } = await cloud.send([film, await photo("still.png")], { eventId });
  filmed = await cloud.completed(uploadId);
}, 60_000);
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

const ask = (uploadId: string, mediaId: string, call = nobody) =>
  call("GET", `/uploads/${uploadId}/media/${mediaId}/download`);
const statusOf = async (url: string, init = {}) => {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  return response.status;
};

describe("GET /uploads/{uploadId}/media/{mediaId}/download", () => {
  it.each([
    ["video", "video/mp4", /^Köln Rock & 100 % Ende \d{4}-\d\d-\d\d \d{6}\.mp4$/],
    ["image1", "image/jpeg", /^Köln Rock & 100 % Ende \d{4}-\d\d-\d\d \d{6}-1\.jpg$/],
  ])("gives everybody %s as a file with a name of its own", async (mediaId, type, name) => {
    const { url, fileName, expiresAt } = bodyOf(await ask(filmed.uploadId, mediaId));
    expect(fileName).toMatch(name);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    const response = await fetch(url);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
    const disposition = response.headers.get("content-disposition")!;
    expect(disposition).toMatch(
      /^attachment; filename="Koln Rock & 100 _ Ende [-\d ]+\.(mp4|jpg)"; filename\*=UTF-8''/,
    );
    expect(decodeURIComponent(disposition.split("''")[1]!)).toBe(fileName);
    const served = filmed.media.find((one: any) => one.mediaId === mediaId).urls.content;
    const [file, shown] = await Promise.all([response.arrayBuffer(), fetch(served).then((one) => one.arrayBuffer())]);
    expect(Buffer.from(file).equals(Buffer.from(shown))).toBe(true);
  });

  it("gives a URL that does nothing else", async () => {
    const { url } = bodyOf(await ask(filmed.uploadId, "image1"));
    for (const method of ["PUT", "POST", "DELETE", "HEAD"])
      expect(await statusOf(url, { method, ...(method === "PUT" ? { body: "x" } : {}) }), method).toBe(403);
    expect(await statusOf(url.replace("image1.jpg", "image1.thumbnail.webp"))).toBe(403);
    // The name is part of what was signed, and what nobody signed takes none.
    expect(await statusOf(url.replace("attachment", "inline"))).toBe(403);
    expect(await statusOf(`${url}&response-content-type=text%2Fhtml`)).toBe(403);
    const [plain] = url.split("?");
    expect(await statusOf(plain)).toBe(403);
    expect(await statusOf(`${plain}?response-content-disposition=attachment`)).toBe(403);
  });

  it("refuses what is hidden, by URLs from before too", async () => {
    const { uploadId } = await published(cloud, { eventId, count: 2 });
    const { url } = bodyOf(await ask(uploadId, "image1"));
    expect(await statusOf(url)).toBe(200);
    const hide = (hidden: boolean) => creative("PATCH", `/uploads/${uploadId}/media/image1`, { hidden });
    bodyOf(await hide(true));
    for (const call of [nobody, cloud.call, creative])
      expectProblem(await ask(uploadId, "image1", call), 404, "media.not_found");
    await settled(uploadId, "image1", "hidden");
    expect(await statusOf(url)).toBe(403);
    expect((await ask(uploadId, "image2")).status).toBe(200);
    bodyOf(await hide(false));
    await settled(uploadId, "image1", "public");
    expect(await statusOf(url)).toBe(200);
    expect((await ask(uploadId, "image1")).status).toBe(200);
  });

  it("refuses what is not there, not finished, or deleted, all in the same words", async () => {
    const pending = bodyOf(await cloud.call("POST", `/events/${eventId}/uploads`, tiny), 201);
    const parts = { files: [{ name: "film.mp4", bytes: 20 * MIB }] };
    const inParts = bodyOf(await cloud.call("POST", `/events/${eventId}/uploads`, parts), 201);
    const deleted = await published(cloud, { eventId });
    bodyOf(await cloud.call("DELETE", `/uploads/${deleted.uploadId}`), 204);
    for (const [uploadId, mediaId] of [
      [pending.uploadId, "image1"],
      [inParts.uploadId, "video"],
      [deleted.uploadId, "image1"],
      [filmed.uploadId, "image2"],
      ["01900000-0000-7000-8000-00000000dead", "video"],
    ])
      expectProblem(await ask(uploadId!, mediaId!), 404, "media.not_found");
    expectProblem(await ask("x", "video"), 400, "request.invalid");
    expectProblem(await ask(filmed.uploadId, "frames"), 400, "request.invalid");
    const { eventId: over } = await newEvent(creative);
    const last = await published(cloud, { eventId: over });
    bodyOf(await creative("DELETE", `/events/${over}`), 204);
    expect((await ask(last.uploadId, "image1")).status).toBe(404);
  });
});
