import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { S3Call } from "../src/aws/s3-call.ts";

/** What S3 answers to the next calls; `cut` is no answer at all. */
let answers: (number | "cut")[] = [];
let calls: string[] = [];
let waits: number[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url} ${request.headers["content-type"]}`);
    const answer = answers.shift() ?? 200;
    if (answer === "cut") request.socket.destroy();
    else response.writeHead(answer).end(`<Answer><Status>${answer}</Status></Answer>`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => server.close());
beforeEach(() => {
  [answers, calls, waits] = [[], [], []];
});

const deliver = () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/key?uploads=`;
  const request = { method: "POST", url, key: "key", headers: { "content-type": "video/mp4" } };
  return S3Call.deliver(request, async (ms) => void waits.push(ms));
};

describe("a call to S3", () => {
  it("is sent as it was signed, and its answer given", async () => {
    expect(await deliver()).toEqual({ status: 200, text: "<Answer><Status>200</Status></Answer>" });
    expect(calls).toEqual(["POST /bucket/key?uploads= video/mp4"]);
  });

  it.each([[[503]], [["cut"]], [[500, 503]], [["cut", 503]]] as (number | "cut")[][][])(
    "is tried again after %j",
    async (failures) => {
      answers = [...failures];
      expect((await deliver()).status).toBe(200);
      expect(calls).toHaveLength(failures.length + 1);
      expect(waits).toHaveLength(failures.length);
      for (const ms of waits) expect(ms).toBeLessThanOrEqual(400);
    },
  );

  it("is not tried for ever, and says why", async () => {
    answers = [503, 503, 503, 200];
    await expect(deliver()).rejects.toThrow(/^S3 did not do POST key: 503 <Answer>/);
    expect(calls).toHaveLength(3);
    answers = ["cut", "cut", "cut", 200];
    await expect(deliver()).rejects.toThrow(/^S3 did not do POST key: /);
  });

  it("that S3 refuses is not tried again", async () => {
    for (const status of [400, 403, 404, 409]) {
      answers = [status];
      expect((await deliver()).status).toBe(status);
    }
    expect([calls.length, waits]).toEqual([4, []]);
  });
});

describe("an element of S3's answer", () => {
  it.each([
    ["<A><UploadId>x.y_z-1</UploadId></A>", "x.y_z-1"],
    ["<A><UploadId>a&amp;b&lt;&quot;&amp;lt;</UploadId></A>", 'a&b<"&lt;'],
    ["<A><UploadId></UploadId></A>", ""],
    ["<A><UploadIds>x</UploadIds></A>", undefined],
    ["", undefined],
  ])("of %s is %j", (xml, text) => expect(S3Call.element(xml, "UploadId")).toBe(text));
});
