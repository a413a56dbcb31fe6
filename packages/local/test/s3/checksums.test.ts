import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hmacSha256, sha256Hex } from "../../src/gate/sha256.ts";
import { signingKey } from "../../src/gate/signature.ts";
import { ALGORITHMS, type Algorithm, hasher } from "../../src/s3/checksums.ts";
import { CRCS, combine } from "../../src/s3/crc.ts";
import { type LocalCloud, REGION, startLocalCloud } from "../gate/local-cloud.ts";
import { send, sendBytes, sign } from "../gate/wire.ts";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud();
});
afterAll(() => cloud.remove());

const base64 = (algorithm: Algorithm, data: string | Buffer) => {
  const hash = hasher(algorithm);
  hash.update(Buffer.from(data));
  return hash.digest().toString("base64");
};

describe("the checksum algorithms", () => {
  // The check values of the CRC catalogue, of "123456789".
  it.each([
    ["CRC32", "cbf43926"],
    ["CRC32C", "e3069283"],
    ["CRC64NVME", "ae8b14860a799888"],
  ] as const)("%s has its known check value", (algorithm, check) => {
    const hash = hasher(algorithm);
    for (const piece of ["1", "2345", "6789"]) hash.update(Buffer.from(piece));
    expect(hash.digest().toString("hex")).toBe(check);
  });

  it.each(["CRC32", "CRC32C", "CRC64NVME"] as const)("%s of parts combines to that of the whole", (algorithm) => {
    const pieces = [1, 70_001, 0, 13, 70_001].map((bytes) => randomBytes(bytes));
    const parts = pieces.map((piece) => ({
      digest: Buffer.from(base64(algorithm, piece), "base64"),
      length: piece.length,
    }));
    expect(combine(CRCS[algorithm], parts).toString("base64")).toBe(base64(algorithm, Buffer.concat(pieces)));
  });
});

const put = async (headers: Record<string, string>, body: string | Buffer, key = "k") => {
  const signed = await sign(cloud, { method: "PUT", path: `/clips/${key}`, headers, body });
  return send(cloud, signed.target, { method: "PUT", headers: signed.headers, body });
};

const stored = (key: string) => cloud.s3.files.find("clips", key);

describe("a body's checks", () => {
  it.each(ALGORITHMS)("keep and give back a right %s", async (algorithm) => {
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const value = base64(algorithm, "hello");
    expect((await put({ [name]: value }, "hello")).headers[name]).toBe(value);
    const get = await sign(cloud, { path: "/clips/k", headers: { "x-amz-checksum-mode": "ENABLED" } });
    const answer = await send(cloud, get.target, get);
    expect(answer.headers).toMatchObject({ [name]: value, "x-amz-checksum-type": "FULL_OBJECT" });
    const plain = await sign(cloud, { path: "/clips/k" });
    expect((await send(cloud, plain.target, plain)).headers[name]).toBeUndefined();
  });

  it("compute CRC64NVME when a client sends none", async () => {
    const answer = await put({}, "hello");
    expect(answer.headers["x-amz-checksum-crc64nvme"]).toBe(base64("CRC64NVME", "hello"));
  });

  const md5 = (text: string) => createHash("md5").update(text).digest("base64");

  it.each<[string, Record<string, string>, string]>([
    ["a wrong checksum", { "x-amz-checksum-crc32": base64("CRC32", "other") }, "BadDigest"],
    ["a wrong SHA-256 checksum", { "x-amz-checksum-sha256": base64("SHA256", "other") }, "BadDigest"],
    ["a checksum of the wrong length", { "x-amz-checksum-crc32": base64("SHA1", "hello") }, "InvalidRequest"],
    ["two checksums", { "x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-crc32c": "AAAAAA==" }, "InvalidRequest"],
    ["an unknown checksum", { "x-amz-checksum-md4": "AAAAAA==" }, "InvalidRequest"],
    ["an announced checksum that is not there", { "x-amz-sdk-checksum-algorithm": "CRC32" }, "InvalidRequest"],
    ["a wrong Content-MD5", { "content-md5": md5("other") }, "BadDigest"],
    ["a Content-MD5 that is none", { "content-md5": "hello" }, "InvalidDigest"],
    ["another x-amz-content-sha256", { "x-amz-content-sha256": sha256Hex("other") }, "XAmzContentSHA256Mismatch"],
    ["an x-amz-content-sha256 that is none", { "x-amz-content-sha256": "hello" }, "InvalidArgument"],
  ])("refuse %s and store nothing", async (_name, headers, code) => {
    const answer = await put(headers, "hello", "refused");
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(stored("refused")).toBeUndefined();
  });

  it("take a right Content-MD5", async () => {
    expect((await put({ "content-md5": md5("hello") }, "hello")).status).toBe(200);
  });
});

type Form =
  | "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
  | "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
  | "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";

interface Streamed {
  form: Form;
  chunks: string[];
  trailer?: string;
  decoded?: number;
  /** Changes the finished body. */
  tamper?: (body: string) => string;
  key?: string;
}

/** A hand-made aws-chunked PUT, its chunks signed as SigV4 says. */
async function stream({ form, chunks, trailer, decoded, tamper = (body) => body, key = "streamed" }: Streamed) {
  const headers: Record<string, string> = {
    "content-encoding": "aws-chunked",
    "x-amz-content-sha256": form,
    "x-amz-decoded-content-length": String(decoded ?? chunks.join("").length),
  };
  if (form.endsWith("TRAILER")) headers["x-amz-trailer"] = "x-amz-checksum-crc32";
  const signed = await sign(cloud, { method: "PUT", path: `/clips/${key}`, headers });
  const date = signed.headers["x-amz-date"]!;
  const signingKeyOfDay = signingKey(cloud.credentials.operator().secretAccessKey, date.slice(0, 8), REGION, "s3");
  let previous = /Signature=(\w+)/.exec(signed.headers.authorization!)![1]!;
  const scope = `${date}\n${date.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const next = (kind: string, rest: string) => {
    previous = hmacSha256(signingKeyOfDay, `AWS4-HMAC-SHA256-${kind}\n${scope}\n${previous}\n${rest}`).toString("hex");
    return previous;
  };
  const isSigned = form.includes("HMAC");
  let body = "";
  for (const chunk of [...chunks, ""]) {
    const extension = isSigned ? `;chunk-signature=${next("PAYLOAD", `${sha256Hex("")}\n${sha256Hex(chunk)}`)}` : "";
    body += `${chunk.length.toString(16)}${extension}\r\n${chunk}${chunk ? "\r\n" : ""}`;
  }
  if (trailer !== undefined) {
    body += `${trailer}\r\n`;
    if (isSigned) body += `x-amz-trailer-signature:${next("TRAILER", sha256Hex(`${trailer}\n`))}\r\n`;
  }
  return send(cloud, signed.target, { method: "PUT", headers: signed.headers, body: tamper(`${body}\r\n`) });
}

const text = async (key: string) => {
  const get = await sign(cloud, { path: `/clips/${key}` });
  return (await send(cloud, get.target, get)).text;
};

describe("an aws-chunked body", () => {
  // Larger than a TCP piece, so that they come in several.
  const chunks = ["hello".repeat(20_000), "streamed".repeat(2000), " world"];
  const [aa, bb] = ["a", "b"].map((letter) => letter.repeat(8192)) as [string, string];
  const trailer = `x-amz-checksum-crc32:${base64("CRC32", chunks.join(""))}`;
  const SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  const SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
  const UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

  it.each<[Form, string | undefined]>([
    [SIGNED, undefined],
    [SIGNED_TRAILER, trailer],
    [UNSIGNED, trailer],
  ])("%s is stored decoded", async (form, last) => {
    const key = `good-${form}`;
    expect((await stream({ form, chunks, trailer: last, key })).status).toBe(200);
    expect(await text(key)).toBe(chunks.join(""));
  });

  it.each<[string, Streamed, string]>([
    [
      "a changed byte in a signed chunk",
      { form: SIGNED, chunks, tamper: (body) => body.replace("hello", "jello") },
      "SignatureDoesNotMatch",
    ],
    [
      "two signed chunks swapped",
      {
        form: SIGNED,
        chunks: [aa, bb],
        tamper: (body) => body.replace(/^(2000;.*\r\na+\r\n)(2000;.*\r\nb+\r\n)/, "$2$1"),
      },
      "SignatureDoesNotMatch",
    ],
    [
      "a signed chunk left out",
      { form: SIGNED, chunks: [aa, bb], decoded: 8192, tamper: (body) => body.replace(/^2000;.*\r\na+\r\n/, "") },
      "SignatureDoesNotMatch",
    ],
    [
      "an unsigned chunk among signed ones",
      { form: SIGNED, chunks, tamper: (body) => body.replace(/;chunk-signature=\w+/, "") },
      "InvalidRequest",
    ],
    [
      "a changed signed trailer",
      { form: SIGNED_TRAILER, chunks, trailer, tamper: (body) => body.replace("crc32:", "crc32:A") },
      "SignatureDoesNotMatch",
    ],
    [
      "no trailer signature",
      { form: SIGNED_TRAILER, chunks, trailer, tamper: (body) => body.replace(/x-amz-trailer-sig.*\r\n/, "") },
      "MalformedTrailerError",
    ],
    ["a wrong trailing checksum", { form: UNSIGNED, chunks, trailer: "x-amz-checksum-crc32:AAAAAA==" }, "BadDigest"],
    [
      "another trailer than announced",
      { form: UNSIGNED, chunks, trailer: "x-amz-checksum-sha1:AAAAAA==" },
      "MalformedTrailerError",
    ],
    ["no trailer at all", { form: UNSIGNED, chunks }, "MalformedTrailerError"],
    ["fewer bytes than announced", { form: UNSIGNED, chunks, trailer, decoded: 99 }, "IncompleteBody"],
    ["more bytes than announced", { form: UNSIGNED, chunks, trailer, decoded: 3 }, "IncompleteBody"],
    [
      "an end in the middle of a chunk",
      { form: UNSIGNED, chunks, tamper: (body) => body.slice(0, 12) },
      "IncompleteBody",
    ],
    [
      "no last chunk",
      { form: UNSIGNED, chunks, tamper: (body) => body.slice(0, body.indexOf("\r\n0\r\n") + 2) },
      "IncompleteBody",
    ],
    ["a chunk size that is no number", { form: UNSIGNED, chunks, tamper: (body) => `-${body}` }, "InvalidRequest"],
    ["a chunk size of 2^64", { form: UNSIGNED, chunks, tamper: () => "FFFFFFFFFFFFFFFFF\r\n" }, "InvalidRequest"],
    ["an endless line", { form: UNSIGNED, chunks, tamper: () => "0".repeat(100_000) }, "InvalidRequest"],
    ["bare line feeds", { form: UNSIGNED, chunks, tamper: (body) => body.replaceAll("\r", "") }, "InvalidRequest"],
    [
      "ten million bytes that are no chunk",
      { form: UNSIGNED, chunks, tamper: () => "x".repeat(10_000_000) },
      "InvalidRequest",
    ],
    ["bytes behind the end", { form: UNSIGNED, chunks, trailer, tamper: (body) => `${body}more` }, "InvalidRequest"],
    ["plain bytes", { form: UNSIGNED, chunks, tamper: () => "hello world, unchunked\r\n" }, "InvalidRequest"],
    ["a small chunk before the last", { form: UNSIGNED, chunks: ["a", "b"], trailer }, "InvalidChunkSizeError"],
    ["nothing", { form: UNSIGNED, chunks, tamper: () => "" }, "IncompleteBody"],
  ])("with %s is refused, and nothing is stored", async (_name, streamed, code) => {
    const answer = await stream({ ...streamed, key: "bad" });
    expect([answer.status, answer.code]).toEqual([/^Sig|ChunkSize/.test(code) ? 403 : 400, code]);
    expect(stored("bad")).toBeUndefined();
  });
});

describe("a body's length", () => {
  it("must be announced", async () => {
    const signed = await sign(cloud, {
      method: "PUT",
      path: "/clips/chunked",
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    });
    const headers = { ...signed.headers, "transfer-encoding": "chunked" };
    const answer = await send(cloud, signed.target, { method: "PUT", headers, body: "hello" });
    expect([answer.status, answer.code]).toEqual([411, "MissingContentLength"]);
  });

  it("must come in full", async () => {
    const signed = await sign(cloud, {
      method: "PUT",
      path: "/clips/short",
      headers: { "content-length": "10" },
      body: "0123456789",
    });
    const lines = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}`);
    const answer = await sendBytes(cloud, `PUT /clips/short HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n01234`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*<Code>IncompleteBody<\/Code>/);
    expect(stored("short")).toBeUndefined();
  });

  it("is at most 5 GiB", async () => {
    const headers = {
      "content-length": String(5 * 2 ** 30 + 1),
      expect: "100-continue",
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    };
    const signed = await sign(cloud, { method: "PUT", path: "/clips/huge", headers });
    const lines = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}`);
    const answer = await sendBytes(cloud, `PUT /clips/huge HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, true);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*<Code>EntityTooLarge<\/Code>/);
  });
});
