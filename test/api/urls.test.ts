import { request } from "node:http";
import { Sha256 } from "@aws-crypto/sha256-js";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { roles } from "./roles.ts";
import {
  beginParts,
  bodyOf,
  CONTENT,
  expectProblem,
  forgetCalls,
  IMAGES,
  keysIn,
  MIB,
  MINUTE,
  multiparts,
  shiftedClock,
  UPLOADS,
} from "./support.ts";

interface Signed {
  method: string;
  url: string;
  headers: Record<string, string>;
}
const clock = shiftedClock();
const DENIED = { status: 403, code: "AccessDenied" };
const MISMATCH = { status: 403, code: "SignatureDoesNotMatch" };
const NOTHING = "01900000-0000-7000-8000-00000000dead";
let cloud: TestCloud;

beforeAll(async () => {
  // Nobody takes in what arrives: objects stay where they were sent.
  cloud = await testCloud({
    clock,
    adjust: (facts) => ({ ...facts, rules: facts.rules.filter(({ name }) => !name.includes("object-created")) }),
  });
});
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

/** The call just as given: no path is tidied up, no header added but Host and the length. */
function send({ method, url, headers }: Signed, body: string | Buffer = "", chunked = false) {
  const { hostname, port, host } = new URL(url);
  const path = url.slice(url.indexOf(host) + host.length);
  return new Promise<{ status: number; code: string | undefined }>((resolve, reject) => {
    const length = chunked ? { "transfer-encoding": "chunked" } : { "content-length": Buffer.byteLength(body) };
    const sent = request(
      { hostname, port, path, method, headers: { ...headers, ...(body || chunked ? length : {}) } },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode!, code: /<Code>(\w+)</.exec(text)?.[1] }));
      },
    );
    // A server that refuses may hang up before it has read everything.
    sent.on("error", (error: NodeJS.ErrnoException) => (error.code === "EPIPE" ? undefined : reject(error)));
    sent.end(body);
  });
}
const FILE = Buffer.from("not a picture, but of the announced length");
const create = async (files: object[], eventId = DEMO_EVENT_ID) =>
  bodyOf(await cloud.call("POST", `/events/${eventId}/uploads`, { files }), 201);
const photos = () =>
  create([
    { name: "a.png", bytes: FILE.length },
    { name: "b.png", bytes: FILE.length },
  ]);
const sign = async (uploadId: string, mediaId: string, operation: string, more = {}) =>
  bodyOf(await cloud.call("POST", `/uploads/${uploadId}/sign`, { mediaId, operation, ...more })).requests as (Signed & {
    key: string;
  })[];
const put = async (uploadId: string, mediaId = "image1") => (await sign(uploadId, mediaId, "PutObject"))[0]!;
const directory = ({ uploadId }: { uploadId: string }) => `events/${DEMO_EVENT_ID}/uploads/${cloud.fanId}/${uploadId}`;

describe("a URL signed for one file", () => {
  let upload: any;
  let good: Signed & { key: string };
  beforeAll(async () => {
    upload = await photos();
    good = await put(upload.uploadId);
  });
  /** After every attempt there is still nothing. */
  const refused = async (changed: Partial<Signed>, wanted: object = MISMATCH, body: string | Buffer = FILE) =>
    expect({ changed, ...(await send({ ...good, ...changed }, body)) }).toEqual({ changed, ...wanted });
  const nothing = async () => expect(await keysIn(cloud, UPLOADS, directory(upload))).toEqual([]);

  it("puts no other key", async () => {
    const other = await photos();
    const keys = [
      ...[good.key.replace("image1", "image2"), good.key.replace("image1.png", "image1.jpg"), `${good.key}.png`],
      ...[good.key.replace(upload.uploadId, other.uploadId), good.key.replace(DEMO_EVENT_ID, NOTHING)],
      ...[good.key.replace(cloud.fanId, cloud.creativeId), good.key.replace("images/image1", "video"), "x.png"],
      // Path tricks: S3 knows no folders, and the signature holds the key letter by letter.
      ...[`${directory(upload)}/images/../image1.png`, `${directory(upload)}/images/./image1.png`, `/${good.key}`],
      ...[
        `${directory(upload)}/images/%2e%2e/image1.png`,
        `${directory(upload)}/images/..%2fimage1.png`,
        `${good.key}/`,
      ],
      ...[good.key.replace("image1", "IMAGE1"), good.key.replace("image1", "image1%00"), `${good.key}%00.exe`],
      ...[
        good.key.replace("image1", "image%EF%BC%91"),
        good.key.replace("image1", "%E2%80%AEimage1"),
        `${good.key}%20`,
      ],
      ...[
        good.key.replace("image1", "%F0%9F%8E%B7"),
        good.key.replace("image1", "x".repeat(1024 - good.key.length + 6)),
      ],
      ...[`../${CONTENT}/${good.key}`, `%2e%2e/${CONTENT}/${good.key}`, `..%2f..%2f${CONTENT}%2f${good.key}`],
    ];
    for (const key of keys) await refused({ url: good.url.replace(good.key, key) });
    for (const key of ["x".repeat(1025), "%ZZ", "image1%"])
      expect([400, 403], key).toContain((await send({ ...good, url: good.url.replace(good.key, key) }, FILE)).status);
    for (const bucket of [CONTENT, IMAGES]) await refused({ url: good.url.replace(UPLOADS, bucket) });
    await nothing();
    for (const bucket of [CONTENT, IMAGES]) expect(await keysIn(cloud, bucket)).toEqual([]);
  });

  it("does nothing else", async () => {
    for (const method of ["GET", "HEAD", "POST", "DELETE"])
      expect((await send({ ...good, method }, method === "POST" ? FILE : "")).status, method).toBe(403);
    for (const more of [
      "acl",
      "tagging",
      "uploads",
      "uploadId=x&partNumber=1",
      "versionId=x",
      "x-amz-acl=public-read",
      "a=b",
    ])
      await refused({ url: `${good.url}&${more}` });
    await nothing();
  });

  it("takes no other type, no other length and no header that was not signed", async () => {
    const { "content-type": type, "if-none-match": once, ...rest } = good.headers;
    expect([type, once, rest]).toEqual(["image/png", "*", {}]);
    for (const changed of ["image/jpeg", "text/html", "image/png; charset=utf-8", "IMAGE/PNG", ""])
      await refused({ headers: { ...good.headers, "content-type": changed } });
    await refused({ headers: { "if-none-match": once! } });
    await refused({ headers: { "content-type": type! } });
    await refused({ headers: { "content-type": type!, "if-none-match": '"x"' } });
    await refused({}, MISMATCH, Buffer.concat([FILE, Buffer.from("!")]));
    await refused({}, MISMATCH, FILE.subarray(1));
    await refused({}, MISMATCH, "");
    expect((await send(good, FILE, true)).status).toBeGreaterThanOrEqual(400);
    for (const name of ["x-amz-acl", "x-amz-tagging", "x-amz-meta-a", "x-amz-storage-class", "x-amz-copy-source"])
      expect({ name, ...(await send({ ...good, headers: { ...good.headers, [name]: "public-read" } }, FILE)) }).toEqual(
        { name, ...DENIED },
      );
    await nothing();
  });

  it("lives as long as it says, and says what was signed", async () => {
    for (const [from, to] of [
      ["X-Amz-Expires=900", "X-Amz-Expires=960"],
      ["X-Amz-Expires=900", "X-Amz-Expires=604800"],
      [/X-Amz-SignedHeaders=[^&]+/, "X-Amz-SignedHeaders=host"],
      ["X-Amz-Signature=", "X-Amz-Signature=0"],
      [/X-Amz-Signature=\w{64}/, `X-Amz-Signature=${"0".repeat(64)}`],
      [/X-Amz-Date=\d{8}T/, "X-Amz-Date=20300101T"],
    ] as const) {
      const url = good.url.replace(from, to);
      expect(url).not.toBe(good.url);
      expect([400, 403], to).toContain((await send({ ...good, url }, FILE)).status);
    }
    await refused({ url: good.url.split("?")[0]! }, DENIED);
    const bare = new URL(good.url);
    bare.searchParams.delete("X-Amz-Security-Token");
    expect(await send({ ...good, url: bare.href }, FILE)).toEqual({ status: 403, code: "InvalidAccessKeyId" });
    bare.searchParams.set("X-Amz-Security-Token", "x".repeat(400));
    expect(await send({ ...good, url: bare.href }, FILE)).toEqual({ status: 400, code: "InvalidToken" });
    clock.aheadMs = 15 * MINUTE + 1000;
    try {
      expect(await send(good, FILE)).toEqual(DENIED);
    } finally {
      clock.aheadMs = 0;
    }
    await nothing();
  });

  it("works as it is, until its quarter of an hour is over, and never over what is there", async () => {
    const url = good.url.replace(good.key, good.key.replace("image1", "%69mage1"));
    clock.aheadMs = 14 * MINUTE;
    try {
      // Another way to write the same key.
      expect(await send({ ...good, url }, FILE)).toEqual({ status: 200, code: undefined });
    } finally {
      clock.aheadMs = 0;
    }
    expect(await keysIn(cloud, UPLOADS, directory(upload))).toEqual([good.key]);
    expect(await send(good, FILE)).toEqual({ status: 412, code: "PreconditionFailed" });
    const again = await put(upload.uploadId);
    expect(await send(again, FILE)).toEqual({ status: 412, code: "PreconditionFailed" });
  });
});

describe("URLs of a multipart upload", () => {
  const BYTES = 17 * MIB;
  const parts = [Buffer.alloc(8 * MIB, "a"), Buffer.alloc(8 * MIB, "b"), Buffer.alloc(MIB, "c")];
  let uploadId: string;
  let s3UploadId: string;
  let key: string;
  const begin = (upload: string) => beginParts(cloud.call, upload);
  beforeAll(async () => {
    ({ uploadId } = await create([{ name: "a.mp4", bytes: BYTES }]));
    ({ s3UploadId, key } = await begin(uploadId));
  });

  it("begin none, whatever is made of them", async () => {
    const [part] = await sign(uploadId, "video", "UploadPart", { partNumbers: [3] });
    const [list] = await sign(uploadId, "video", "ListParts");
    const [complete] = await sign(uploadId, "video", "CompleteMultipartUpload");
    const [abort] = await sign(uploadId, "video", "AbortMultipartUpload");
    const { host } = new URL(complete!.url);
    for (const good of [part!, list!, complete!, abort!])
      for (const url of [
        good.url.replace(/uploadId=[^&]+/, "uploads="),
        good.url.replace(/uploadId=[^&]+&?/, "uploads&"),
        good.url.replace("uploadId=", "uploads=&uploadId="),
        `${good.url}&uploads=`,
        `${good.url}&uploads`,
      ]) {
        const answer = await send({ ...good, method: "POST", url });
        expect({ url: url.replace(host, ""), ...answer }).toEqual({ url: url.replace(host, ""), ...MISMATCH });
      }
    expect(await multiparts(cloud)).toBe(1);
  });

  it("take each its own part, of its own length, of this one upload", async () => {
    const [one, two, three] = await sign(uploadId, "video", "UploadPart", { s3UploadId, partNumbers: [1, 2, 3] });
    const other = await create([{ name: "a.mp4", bytes: BYTES }]);
    const { s3UploadId: id } = await begin(other.uploadId);
    for (const changed of [
      { url: two!.url.replace("partNumber=2", "partNumber=1") },
      { url: two!.url.replace("partNumber=2", "partNumber=9") },
      { url: two!.url.replace(encodeURIComponent(s3UploadId), encodeURIComponent(id)) },
      { url: two!.url.replace(uploadId, other.uploadId) },
      {
        url: two!.url.replace(encodeURIComponent(s3UploadId), encodeURIComponent(id)).replace(uploadId, other.uploadId),
      },
      { method: "GET" },
      { method: "DELETE" },
      { method: "POST" },
    ])
      expect({ changed, ...(await send({ ...two!, ...changed }, parts[1]!)) }).toEqual({ changed, ...MISMATCH });
    expect(await send(two!, parts[2]!)).toEqual(MISMATCH);
    expect(await send(two!, Buffer.concat([parts[1]!, Buffer.alloc(1)]))).toEqual(MISMATCH);
    expect(await send(three!, parts[1]!)).toEqual(MISMATCH);
    for (const [index, call] of [one!, two!, three!].entries())
      expect((await send(call, parts[index]!)).status).toBe(200);
  });

  it("complete it with all its bytes, once, and abort no other", async () => {
    const [complete] = await sign(uploadId, "video", "CompleteMultipartUpload", { s3UploadId });
    const [list] = await sign(uploadId, "video", "ListParts", { s3UploadId });
    const text = await (await fetch(list!.url)).text();
    const etags = [...text.matchAll(/<ETag>([^<]+)</g)].map(([, etag]) => etag!);
    const body = (count: number) =>
      `<CompleteMultipartUpload>${etags
        .slice(0, count)
        .map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
        .join("")}</CompleteMultipartUpload>`;
    const { "x-amz-mp-object-size": size, "if-none-match": once, ...type } = complete!.headers;
    expect([size, once]).toEqual([String(BYTES), "*"]);
    for (const headers of [
      type,
      { ...type, "if-none-match": once! },
      { ...complete!.headers, "x-amz-mp-object-size": "1" },
    ])
      expect({ headers, ...(await send({ ...complete!, headers }, body(3))) }).toEqual({ headers, ...MISMATCH });
    // The parts that are named must make up the announced file.
    expect(await send(complete!, body(2))).toEqual({ status: 400, code: "InvalidRequest" });
    const [abort] = await sign(uploadId, "video", "AbortMultipartUpload", { s3UploadId });
    for (const changed of [
      { method: "GET" },
      { url: abort!.url.replace("uploadId=", "uploadId=x") },
      { url: abort!.url.replace(/uploadId=[^&]+&/, "") },
    ])
      expect({ changed, ...(await send({ ...abort!, ...changed })) }).toEqual({ changed, ...MISMATCH });
    expect((await send(complete!, body(3))).status).toBe(200);
    expect(await keysIn(cloud, UPLOADS, key)).toEqual([key]);
    // It is there: nothing more is begun, and what was signed for it is of no use.
    expectProblem(await cloud.call("POST", `/uploads/${uploadId}/media/video/multipart`), 409, "media.arrived");
    const [part] = await sign(uploadId, "video", "UploadPart", { s3UploadId, partNumbers: [3] });
    expect(await send(part!, parts[2]!)).toEqual({ status: 404, code: "NoSuchUpload" });
  });

  it("are none for an upload id that S3 never gave, nor one of another key", async () => {
    const other = await create([{ name: "a.mp4", bytes: BYTES }]);
    const path = `/uploads/${other.uploadId}/sign`;
    const ask = { mediaId: "video", operation: "UploadPart", partNumbers: [3] };
    expectProblem(await cloud.call("POST", path, ask), 409, "sign.multipart_not_begun");
    await begin(other.uploadId);
    for (const made of ["x", "../../x", "%2e%2e", "\u202e", "é", "x".repeat(1024), s3UploadId])
      expectProblem(await cloud.call("POST", path, { ...ask, s3UploadId: made }), 409, "sign.another_multipart");
  });
});

describe("a signature older than a quarter of an hour", () => {
  it("is refused by the bucket itself, whatever it says of itself", async () => {
    const { uploadId } = await photos();
    const key = `${directory({ uploadId })}/images/image1.png`;
    const credentials = await roles(cloud, clock).session("uploads-api", "fan", {
      eventId: DEMO_EVENT_ID,
      fanId: cloud.fanId,
    });
    const signer = new SignatureV4({
      service: "s3",
      region: cloud.region,
      credentials,
      sha256: Sha256,
      uriEscapePath: false,
    });
    const { host, hostname, port } = new URL(cloud.endpoints.s3);
    const presigned = await signer.presign(
      {
        method: "PUT",
        protocol: "http:",
        hostname,
        port: Number(port),
        path: `/${UPLOADS}/${key}`,
        query: {},
        headers: { host, "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" },
      },
      { expiresIn: 16 * 60 },
    );
    const query = new URLSearchParams(presigned.query as Record<string, string>);
    const call = { method: "PUT", url: `http://${host}/${UPLOADS}/${key}?${query}`, headers: {} };
    clock.aheadMs = 15 * MINUTE + 5000;
    try {
      expect(await send(call, FILE)).toEqual(DENIED);
    } finally {
      clock.aheadMs = 0;
    }
    expect(await send(call, FILE)).toEqual({ status: 200, code: undefined });
  });
});
