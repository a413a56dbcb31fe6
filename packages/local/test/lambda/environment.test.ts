import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, start } from "./handlers.ts";

const server = createServer((_request, response) => response.end("from this machine"));
const datagrams = createSocket("udp4");
let running: Running;

const NETWORK = `
import dgram from "node:dgram";
import dns, { lookup } from "node:dns";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import net, { connect } from "node:net";
import tls from "node:tls";
import { Worker } from "node:worker_threads";

const outcome = (work: (done: (error: any, value?: any) => void) => void) =>
  new Promise((resolve) => {
    try { work((error, value) => resolve(error ? { code: error.code, message: error.message } : { value })); }
    catch (error: any) { resolve({ code: error.code, message: error.message }); }
  });
const socket = (open: () => any, event = "connect") => outcome((done) => { const s = open(); s.on("error", done); s.on(event, () => { s.destroy(); done(null, "connected"); }); });
const get = (client: any, options: any) => outcome((done) => client.get(options, (response: any) => { let text = ""; response.on("data", (c: any) => (text += c)); response.on("end", () => done(null, text)); }).on("error", done));

const ways: Record<string, (host: string, port: number) => Promise<unknown>> = {
  "net.connect": (host, port) => socket(() => connect(port, host)),
  "net options": (host, port) => socket(() => new net.Socket().connect({ host, port })),
  "net port text": (host, port) => socket(() => net.connect(String(port) as any, host)),
  "net lookup": (host, port) => socket(() => net.connect({ host, port, lookup: (_h: any, _o: any, cb: any) => cb(null, [{ address: "192.0.2.1", family: 4 }]) })),
  "unix": (host) => socket(() => net.connect(host)),
  "tls": (host, port) => socket(() => tls.connect({ host, port })),
  "http": (host, port) => get(http, { host, port }),
  "https": (host, port) => get(https, { host, port }),
  "http2": (host, port) => socket(() => http2.connect("http://" + host + ":" + port)),
  "fetch": (host, port) => fetch("http://" + (host.includes(":") ? "[" + host + "]" : host) + ":" + port).then(async (r) => ({ value: await r.text() }), (e) => ({ code: e.cause?.code, message: e.cause?.message })),
  "dns.lookup": (host) => outcome((done) => lookup(host, done)),
  "dns.resolve": (host) => outcome((done) => dns.resolve4(host, done)),
  "dns.promises": (host) => dns.promises.lookup(host).then((value) => ({ value }), (e) => ({ code: e.code, message: e.message })),
  "resolver": (host) => outcome((done) => new dns.Resolver().resolve(host, done)),
  "dgram": (host, port) => outcome((done) => { const s = dgram.createSocket("udp4"); s.send("text", port, host, (e: any) => { s.close(); done(e, "sent"); }); }),
  "worker": (host, port) => outcome((done) => {
    const code = "require('net').connect(" + port + ",'" + host + "').on('connect',()=>require('worker_threads').parentPort.postMessage({})).on('error',(e)=>require('worker_threads').parentPort.postMessage({code:e.code,message:e.message}))";
    const worker = new Worker(code, { eval: true });
    worker.on("error", done);
    worker.on("message", (m) => { worker.terminate(); done(m.code ? m : null, "connected"); });
  }),
};
export const handler = async ({ way, host, port }: any) => ways[way]!(host, port);
`;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => datagrams.bind(0, "127.0.0.1", resolve));
  process.env.SECRET_OF_THE_DEVELOPER = "do not leak";
  running = start(
    {
      environment: `import { homedir } from "node:os"; export const handler = async () => ({ env: { ...process.env }, cwd: process.cwd(), argv: process.execArgv, date: new Date(0).getTimezoneOffset() });`,
      network: NETWORK,
    },
    {
      localise: (value) => value.replace("https://d123.cloudfront.net", "http://127.0.0.1:9"),
      overrides: {
        environment: {
          environment: {
            TABLE: "dev-uploads",
            CDN: "https://d123.cloudfront.net/x",
            AWS_REGION: "eu-west-1",
            NODE_ENV: "x",
          },
        },
      },
    },
  );
});

afterAll(async () => {
  delete process.env.SECRET_OF_THE_DEVELOPER;
  await running.close();
  server.close();
  datagrams.close();
});

describe("a function's environment", () => {
  it("is what Lambda gives, its own variables and the way to the local cloud: nothing else", async () => {
    const { payload } = await running.call("environment");
    const { _X_AMZN_TRACE_ID, AWS_LAMBDA_LOG_STREAM_NAME, LAMBDA_TASK_ROOT, ...env } = payload.env;
    expect(env).toEqual({
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
      TABLE: "dev-uploads",
      CDN: "http://127.0.0.1:9/x",
      NODE_ENV: "x",
      _HANDLER: "environment.handler",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_ACCESS_KEY_ID: "ASIAenvironment-role",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "environment",
      AWS_CONFIG_FILE: "/dev/null/none",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null/none",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_LAMBDA_FUNCTION_NAME: "environment",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/environment",
    });
    expect(_X_AMZN_TRACE_ID).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    expect(payload.cwd).toBe(LAMBDA_TASK_ROOT);
    expect(payload.date).toBe(0);
    expect(AWS_LAMBDA_LOG_STREAM_NAME).toContain("[$LATEST]");
  });
});

describe("the network of a function", () => {
  const call = async (way: string, host: string, port = 80) =>
    (await running.call("network", { way, host, port })).payload;
  const tcp = () => (server.address() as AddressInfo).port;

  it.each([
    ["net.connect", "192.0.2.1"],
    ["net options", "192.0.2.1"],
    ["net port text", "example.com"],
    ["tls", "example.com"],
    ["http", "s3.us-east-1.amazonaws.com"],
    ["https", "s3.us-east-1.amazonaws.com"],
    ["http2", "example.com"],
    ["fetch", "example.com"],
    ["fetch", "169.254.169.254"],
    ["fetch", "::ffff:8.8.8.8"],
    ["dns.lookup", "example.com"],
    ["dns.resolve", "example.com"],
    ["dns.promises", "example.com"],
    ["resolver", "example.com"],
    ["dgram", "192.0.2.1"],
    ["worker", "192.0.2.1"],
    ["net.connect", "localhost.example.com"],
    ["net.connect", "2130706433"],
  ])("refuses %s to %s by name", async (way, host) => {
    const name = host === "::ffff:8.8.8.8" ? "::ffff:808:808" : host;
    expect(await call(way, host)).toEqual({
      code: "ERR_NOT_LOOPBACK",
      message: expect.stringContaining(`${name} is not on this machine`),
    });
  });
  it("refuses sockets in the file system", async () => {
    expect(await call("unix", "/var/run/docker.sock")).toMatchObject({ code: "ERR_NOT_LOOPBACK" });
  });
  it.each([
    ["net.connect", "127.0.0.1"],
    ["net options", "localhost"],
    ["net port text", "127.0.0.1"],
    ["net lookup", "bucket.localhost"],
    ["worker", "127.0.0.1"],
  ])("lets %s reach %s", async (way, host) => {
    expect(await call(way, host, tcp())).toEqual({ value: "connected" });
  });
  it.each([
    ["http", "127.0.0.1"],
    ["http", "uploads.localhost"],
    ["fetch", "localhost"],
  ])("lets %s reach %s", async (way, host) => {
    expect(await call(way, host, tcp())).toEqual({ value: "from this machine" });
  });
  it("knows loopback names without asking anybody", async () => {
    expect(await call("dns.promises", "bucket.localhost")).toEqual({ value: { address: "127.0.0.1", family: 4 } });
    expect(await call("dgram", "127.0.0.1", (datagrams.address() as AddressInfo).port)).toEqual({ value: "sent" });
  });
});
