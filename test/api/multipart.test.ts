import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { Multipart } from "@dropclip/core/signed";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type Api, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import {
  beginParts,
  bodyOf,
  expectProblem,
  forgetCalls,
  HOUR,
  later,
  MIB,
  tiny,
  troubles,
  UPLOADS,
} from "./support.ts";

const BYTES = 17 * MIB;
const PART = Buffer.alloc(MIB, "c");
const ONE_PART =
  "<CompleteMultipartUpload><Part><PartNumber>3</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>";
let cloud: TestCloud;
let fan: Api;

beforeAll(async () => {
  // Nobody takes in what arrives: a file that S3 has whole stays one that is awaited.
  cloud = await testCloud({
    adjust: (facts) => ({ ...facts, rules: facts.rules.filter(({ name }) => !name.includes("object-created")) }),
  });
  fan = await cloud.as("fan");
});
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

const create = async (files: object[] = [{ name: "film.mp4", bytes: BYTES }]) =>
  bodyOf(await fan("POST", `/events/${DEMO_EVENT_ID}/uploads`, { files }), 201);
const ask = (uploadId: string, mediaId = "video", call = fan) =>
  call("POST", `/uploads/${uploadId}/media/${mediaId}/multipart`);
const sign = async (uploadId: string, operation: string, more = {}) =>
  bodyOf(await fan("POST", `/uploads/${uploadId}/sign`, { mediaId: "video", operation, ...more })).requests[0];
const signParts = (uploadId: string, more = {}) => sign(uploadId, "UploadPart", { partNumbers: [3], ...more });
const send = ({ method, url, headers }: any, body?: Buffer<ArrayBuffer>) =>
  fetch(url, { method, headers, ...(body ? { body } : {}) });
const codeOf = async (response: Response) => [response.status, /<Code>(\w+)</.exec(await response.text())?.[1]];

/** S3's ids of what is under way below an upload's directory. */
async function underWay({ uploadId }: { uploadId: string }) {
  const prefix = `events/${DEMO_EVENT_ID}/uploads/${cloud.fanId}/${uploadId}/`;
  const { text } = await aws(cloud).s3("GET", `/${UPLOADS}?uploads=&prefix=${prefix}`);
  return [...text.matchAll(/<UploadId>([^<]+)</g)].map(([, id]) => id!);
}

describe("POST /uploads/{uploadId}/media/{mediaId}/multipart", () => {
  it("begins one with the type of the file, and names the same one again", async () => {
    const upload = await create();
    const begun = await beginParts(fan, upload.uploadId);
    const key = `events/${DEMO_EVENT_ID}/uploads/${cloud.fanId}/${upload.uploadId}/video.mp4`;
    expect(begun).toEqual({ s3UploadId: expect.any(String), key });
    expect(await beginParts(fan, upload.uploadId)).toEqual(begun);
    expect(await underWay(upload)).toEqual([begun.s3UploadId]);
    expect(Object.keys(Multipart.entries)).toEqual(Object.keys(begun));
    // The record does not tell it: who sends asks for it.
    expect(JSON.stringify(bodyOf(await fan("GET", `/uploads/${upload.uploadId}`)))).not.toContain(begun.s3UploadId);

    const etags = await Promise.all(
      [8, 8, 1].map(async (size, index) => {
        const part = await sign(upload.uploadId, "UploadPart", { partNumbers: [index + 1] });
        const sent = await send(part, Buffer.alloc(size * MIB));
        return `<Part><PartNumber>${index + 1}</PartNumber><ETag>${sent.headers.get("etag")}</ETag></Part>`;
      }),
    );
    const complete = await sign(upload.uploadId, "CompleteMultipartUpload");
    const body = `<CompleteMultipartUpload>${etags.join("")}</CompleteMultipartUpload>`;
    expect((await send(complete, Buffer.from(body))).status).toBe(200);
    const { headers } = await aws(cloud).s3("HEAD", `/${UPLOADS}/${key}`);
    expect([headers.get("content-type"), headers.get("content-length")]).toEqual(["video/mp4", String(BYTES)]);
    // S3 has it whole, though nobody has looked at it yet.
    expectProblem(await ask(upload.uploadId), 409, "media.arrived");
    expect(await underWay(upload)).toEqual([]);
  });

  it("asked twenty times at once begins one", async () => {
    const upload = await create();
    const ids = await Promise.all(Array.from({ length: 20 }, () => beginParts(fan, upload.uploadId)));
    expect(new Set(ids.map(({ s3UploadId }) => s3UploadId)).size).toBe(1);
    expect(await underWay(upload)).toEqual([ids[0]!.s3UploadId]);
    expect((await send(await signParts(upload.uploadId, ids[7]), PART)).status).toBe(200);
  });

  it("begins another one once the first is aborted, also for twenty at once, and signs for that one only", async () => {
    const upload = await create();
    const first = await beginParts(fan, upload.uploadId);
    const part = await signParts(upload.uploadId);
    expect((await send(await sign(upload.uploadId, "AbortMultipartUpload"))).status).toBe(204);
    const ids = await Promise.all(Array.from({ length: 20 }, () => beginParts(fan, upload.uploadId)));
    const [second] = ids;
    expect(new Set(ids.map(({ s3UploadId }) => s3UploadId)).size).toBe(1);
    expect(second!.s3UploadId).not.toBe(first.s3UploadId);
    expect(await underWay(upload)).toEqual([second!.s3UploadId]);
    expect(await codeOf(await send(part, PART))).toEqual([404, "NoSuchUpload"]);
    const operation = { mediaId: "video", operation: "UploadPart", partNumbers: [3] };
    const again = await fan("POST", `/uploads/${upload.uploadId}/sign`, { ...operation, s3UploadId: first.s3UploadId });
    expectProblem(again, 409, "sign.another_multipart");
    expect((await send(await signParts(upload.uploadId), PART)).status).toBe(200);
  });

  it("begins none of a file that goes by one PUT, of no file, or of somebody else's", async () => {
    const small = await create(tiny.files);
    expectProblem(await ask(small.uploadId, "image1"), 409, "sign.wrong_transfer");
    const upload = await create();
    expectProblem(await ask(upload.uploadId, "image1"), 404, "media.not_found");
    expectProblem(await ask(upload.uploadId, "video.mp4"), 400, "request.invalid");
    expectProblem(
      await ask(upload.uploadId.replace(/.$/, (last: string) => (last === "f" ? "0" : "f"))),
      404,
      "upload.not_found",
    );
    for (const name of ["other-fan", "creative", "other-creative"] as const)
      expectProblem(await ask(upload.uploadId, "video", await cloud.as(name)), 404, "upload.not_found");
    for (const one of [small, upload]) expect(await underWay(one)).toEqual([]);
  });

  it("begins and signs nothing once the upload's day is over or it is deleted", async () => {
    const { Upload } = await import("@dropclip/core/upload");
    const files = [{ name: "film.mp4", bytes: BYTES }];
    const old = await Upload.create({ eventId: DEMO_EVENT_ID, fanId: cloud.fanId, files }, later(-25 * HOUR));
    expectProblem(await ask(old.uploadId), 410, "upload.expired");
    expect(await underWay(old)).toEqual([]);

    const upload = await create();
    const { s3UploadId } = await beginParts(fan, upload.uploadId);
    const signed = [
      [await signParts(upload.uploadId), PART],
      [await sign(upload.uploadId, "ListParts")],
      [await sign(upload.uploadId, "CompleteMultipartUpload"), Buffer.from(ONE_PART)],
    ] as const;
    expect((await fan("DELETE", `/uploads/${upload.uploadId}`)).status).toBe(204);
    expectProblem(await ask(upload.uploadId), 409, "media.not_pending");
    const part = { mediaId: "video", operation: "UploadPart", partNumbers: [3], s3UploadId };
    expectProblem(await fan("POST", `/uploads/${upload.uploadId}/sign`, part), 409, "media.not_pending");
    await eventually(async () => expect(await underWay(upload)).toEqual([]));
    // What was signed before is still good for minutes, and good for nothing.
    for (const [call, body] of signed) expect(await codeOf(await send(call, body))).toEqual([404, "NoSuchUpload"]);
    expect(await underWay(upload)).toEqual([]);
  });

  it("of a deletion and a begin at the same moment leaves nothing under way", async () => {
    for (let count = 0; count < 5; count++) {
      const upload = await create();
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, () => ask(upload.uploadId)),
        fan("DELETE", `/uploads/${upload.uploadId}`),
        ...Array.from({ length: 4 }, () => ask(upload.uploadId)),
      ]);
      for (const { status } of answers) expect([201, 204, 409]).toContain(status);
      await eventually(async () => expect(await underWay(upload)).toEqual([]));
    }
  });

  it("troubles nobody", () => expect(troubles(cloud)).toEqual([]));
});
