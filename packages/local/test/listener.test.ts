import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Listening, listen } from "../src/listener.ts";
import { raw } from "./cloudfront/http.ts";

let port: Listening;
let answered: string[] = [];

beforeAll(async () => {
  port = await listen(
    {
      async answer(request, response) {
        let body = "";
        for await (const chunk of request) body += chunk;
        answered.push(`${request.method} ${request.url} ${body}`);
        response.setHeader("connection", "close").end("answered");
      },
    },
    0,
  );
});
afterAll(() => port.close());
beforeEach(() => {
  answered = [];
});

const head = (target: string, ...lines: string[]) =>
  `POST ${target} HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join("")}`;
const send = (target: string, ...lines: string[]) =>
  raw(port.url, `${head(target, ...lines)}Content-Length: 4\r\nConnection: close\r\n\r\nbody`);

describe("a port of the local cloud", () => {
  it.each([
    "localhost",
    "localhost:4100",
    "LOCALHOST:4100",
    "localhost.:4100",
    "clips.localhost:4102",
    "clips.s3.localhost",
    "clips_old.localhost",
    "127.0.0.1",
    "127.0.0.1:4100",
    "127.8.9.1:1",
    "[::1]",
    "[::1]:4100",
    "[::ffff:127.0.0.1]:80",
  ])("answers for %s", async (host) => {
    expect(await send("/x", `Host: ${host}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(answered).toEqual(["POST /x body"]);
  });

  it.each([
    "evil.example",
    "EVIL.EXAMPLE:4100",
    "localhost.evil.example",
    "localhost.evil.example.",
    "evillocalhost",
    "evil-localhost:4100",
    "127.0.0.1.evil.example",
    "127.0.0.1.nip.io:4100",
    "0.0.0.0:4100",
    "0",
    "127.1",
    "2130706433",
    "0x7f000001",
    "10.0.0.1",
    "[::]",
    "[::2]:4100",
    "[::ffff:10.0.0.1]",
    "localhost@evil.example",
    "evil.example@localhost",
    "localhost:4100:80",
    "localhost:4100/",
    "localhost evil.example",
    "localhost,evil.example",
    "evil.example#.localhost",
    "",
  ])("turns %j away with one sentence", async (host) => {
    const answer = await send("/x", `Host: ${host}`);
    expect(answer).toMatch(/^HTTP\/1\.1 421 Misdirected Request\r\n/);
    expect(answer).toMatch(/\r\n\r\nThe local cloud answers for this machine only: under localhost, [^\r\n]+\.$/);
    expect(answered).toEqual([]);
  });

  it.each([
    ["without a host", [], 400],
    ["with two hosts", ["Host: localhost", "Host: evil.example"], 400],
    ["with two hosts, ours last", ["Host: evil.example", "host: localhost"], 400],
    ["with the same host twice", ["Host: localhost", "Host: localhost"], 400],
    ["that would upgrade", ["Host: evil.example", "Upgrade: websocket", "Connection: Upgrade"], 421],
    ["that would switch to HTTP/2", ["Host: evil.example", "Upgrade: h2c", "HTTP2-Settings: AAA="], 421],
  ])("turns a request %s away", async (_, lines, status) => {
    const answer = await raw(port.url, `${head("/x", ...lines)}Content-Length: 0\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answered).toEqual([]);
  });

  it("turns HTTP/1.0 without a host away", async () => {
    expect(await raw(port.url, "GET / HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect(answered).toEqual([]);
  });

  it.each([
    ["http://evil.example/x", 421],
    ["HTTP://evil.example/x", 421],
    ["https://localhost.evil.example:4100", 421],
    ["http://localhost@evil.example/x", 421],
    ["http:///x", 421],
    ["ws://evil.example/", 421],
    ["http://localhost:4100/x", 200],
    ["/http://evil.example/x", 200],
    ["//evil.example/x", 200],
  ])("reads the host in the target %s", async (target, status) => {
    expect(await send(target, "Host: localhost")).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answered).toHaveLength(status === 200 ? 1 : 0);
  });

  it("opens no tunnel", async () => {
    expect(await raw(port.url, "CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n")).toBe("");
    expect(answered).toEqual([]);
  });

  it("does not ask for a body it would not read", async () => {
    const waiting = ["Content-Length: 4", "Expect: 100-continue", "Connection: close"];
    const turnedAway = await raw(port.url, `${head("/x", "Host: evil.example", ...waiting)}\r\n`);
    expect(turnedAway).toMatch(/^HTTP\/1\.1 421 /);
    const taken = await raw(port.url, `${head("/x", "Host: localhost", ...waiting)}\r\nbody`);
    expect(taken).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(answered).toEqual(["POST /x body"]);
  });
});

/** Where else a server is made, and why it needs no listener of the local cloud's. */
const ELSEWHERE: Record<string, string> = {
  "packages/local/src/listener.ts": "the listener itself",
  "packages/local/src/dynamodb/isolation.ts": "finds a free port and answers nobody on it",
  "packages/cli/src/identity/callback.ts": "is no part of the cloud; turns strangers away in the same way",
  "packages/synth/src/run/rpc.ts": "is no part of the cloud; takes its own address alone",
};

it("is never opened but by the one function that turns strangers away", () => {
  const root = join(import.meta.dirname, "../../..");
  const files = readdirSync(join(root, "packages"))
    .flatMap((name) =>
      readdirSync(join(root, "packages", name, "src"), { recursive: true, encoding: "utf8" }).map((file) =>
        join("packages", name, "src", file),
      ),
    )
    .filter((file) => /\.(ts|mjs)$/.test(file));
  const servers = /\bcreate(Secure)?Server\b|\bnew (\w+\.)?Server\(|@hono\/node-server/;
  const found = files.filter((file) => servers.test(readFileSync(join(root, file), "utf8")));
  expect(found.sort()).toEqual(Object.keys(ELSEWHERE).sort());
});
