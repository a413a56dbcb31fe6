import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "../../src/world.ts";
import { type LocalCloud, REGION } from "./local-cloud.ts";

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  /** Code of an XML error. */
  code?: string;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** One request, sent exactly as given: no client's own checks or normalisation in between. */
export function send(cloud: LocalCloud, target: string, { method = "GET", headers = {}, body }: Sent = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = new URL(cloud.url);
    const request = httpRequest({ hostname, port, path: target, method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(pieces).toString();
        const code = /<Code>(.*?)<\/Code>/.exec(text)?.[1];
        resolve({ status: response.statusCode!, headers: response.headers as Answer["headers"], text, code });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/**
 * Bytes as they are, over a socket that is then half closed unless it is to stay open; all that comes back until the
 * other side closes.
 */
export function sendBytes(cloud: LocalCloud, bytes: string | Buffer, stay = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(cloud.url);
    const pieces: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () =>
      stay ? socket.write(bytes) : socket.end(bytes),
    );
    socket.on("data", (piece) => pieces.push(piece));
    socket.on("error", reject);
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(Buffer.concat(pieces).toString()));
  });
}

export interface Signing {
  method?: string;
  /** Encoded, as it goes on the wire. */
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Buffer;
  service?: string;
  region?: string;
  credentials?: Credentials;
  expiresIn?: number;
  at?: Date;
}

function parts(cloud: LocalCloud, { service = "s3", region = REGION, credentials, at, ...rest }: Signing) {
  const { host, hostname, port } = new URL(cloud.url);
  const signer = new SignatureV4({
    service,
    region,
    credentials: credentials ?? cloud.credentials.operator(),
    sha256: Sha256,
    uriEscapePath: service !== "s3",
    applyChecksum: service === "s3",
  });
  const { method = "GET", path, query = {}, body } = rest;
  const headers = { host, ...rest.headers };
  const request = { method, path, query, headers, body, protocol: "http:", hostname, port: Number(port) };
  return { signer, request, signingDate: at ?? new Date(cloud.clock.now()) };
}

const targetOf = (path: string, query: Record<string, any> | undefined) => {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const text = Object.entries(query ?? {}).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return text.length ? `${path}?${text.join("&")}` : path;
};

/** A request signed in its header; `target` and `headers` are for `send`. */
export async function sign(cloud: LocalCloud, signing: Signing) {
  const { signer, request, signingDate } = parts(cloud, signing);
  const signed = await signer.sign(request, { signingDate });
  return { method: request.method, target: targetOf(request.path, request.query), headers: signed.headers };
}

/** A presigned request; every header given is signed. */
export async function presign(cloud: LocalCloud, signing: Signing) {
  const { signer, request, signingDate } = parts(cloud, signing);
  const names = new Set(Object.keys(request.headers).map((name) => name.toLowerCase()));
  request.headers = { ...request.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } as typeof request.headers;
  const signed = await signer.presign(request, {
    signingDate,
    expiresIn: signing.expiresIn ?? 900,
    signableHeaders: names,
    unhoistableHeaders: new Set([...names].filter((name) => name.startsWith("x-amz-"))),
  });
  return { method: request.method, target: targetOf(signed.path, signed.query), headers: signed.headers };
}
