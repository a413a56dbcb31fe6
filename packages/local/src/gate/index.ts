import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Listening, listen } from "../listener.ts";
import { writeXml, XML_DECLARATION } from "../protocol/xml.ts";
import type { S3Service } from "../s3/call.ts";
import { AwsError, type Call, type Principal, type Service, type World } from "../world.ts";
import { scopedService, signedBy } from "./authorization.ts";
import { drain, readBody } from "./body.ts";
import { base32, type CredentialStore } from "./credentials.ts";
import { authenticateForm } from "./form.ts";
import { parseQuery, type Query, splitTarget } from "./query.ts";
import { coralRefusals } from "./refusals.ts";
import { sha256Hex } from "./sha256.ts";
import { signingKey } from "./signature.ts";
import type { Trouble } from "./trouble.ts";
import { failUnserved, isUnserved, seemingProtocol } from "./unserved.ts";
import { claim, confirm, s3PayloadHash } from "./verify.ts";

/** How long a closing gate waits for what its broken connections leave to be done with. */
const CLOSE_MS = 2000;

export interface GateOptions {
  world: World;
  credentials: CredentialStore;
  s3: S3Service;
  services: Service[];
  trouble?: Trouble | undefined;
}

export interface Gate {
  /** Listens on loopback; the URL of the endpoint. 0 picks a free port. */
  listen(port: number): Promise<string>;
  /** Breaks every connection at once: an answer is whole, or its client knows that it has none. */
  close(): Promise<void>;
}

/** A request taken apart, before anything of it is believed. */
interface Incoming {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  rawPath: string;
  rawQuery: string;
  query: Query;
  headers: Record<string, string>;
  requestId: string;
  hostId: string;
  invited: boolean;
}

/** The one AWS endpoint of the local cloud: finds the service in the signature, verifies it, hands the call on. */
export function createGate({ world, credentials, s3, services, trouble }: GateOptions): Gate {
  const byName = new Map(services.map((service) => [service.name, service]));
  const anonymous: Principal = { kind: "anonymous", arn: "*", accountId: "anonymous" };

  async function answer(request: IncomingMessage, response: ServerResponse, waits: boolean) {
    const incoming = take(request, response, waits);
    const service = serviceOf(incoming);
    try {
      if (service === "s3") await answerS3(incoming);
      else await answerService(incoming, service);
    } catch (error) {
      // What reaches here came after the answer had begun, or out of a service's own error handling.
      log(error, service, incoming);
      response.destroy();
    }
    // A client that was never told to continue may send its next request where the body would stand: its line is
    // closed.
    if (incoming.invited) drain(request);
  }

  function take(request: IncomingMessage, response: ServerResponse, waits: boolean): Incoming {
    const { rawPath, rawQuery } = splitTarget(request.url ?? "/");
    const id = world.uuid();
    const digest = createHash("sha512").update(id).digest();
    const [requestId, hostId] = [base32(digest).slice(0, 16), digest.subarray(0, 57).toString("base64")];
    response.setHeader("x-amzn-requestid", id);
    // SDKs correct their clock by it.
    response.setHeader("date", new Date(world.clock.now()).toUTCString());
    const parts = { rawPath, rawQuery, query: {}, headers: utf8Headers(request), requestId, hostId, invited: !waits };
    return { request, response, method: request.method ?? "GET", ...parts };
  }

  /**
   * The name in the credential scope; S3's for a request without one, unless it is plainly meant for another service.
   */
  function serviceOf({ rawPath, rawQuery, headers }: Incoming): string {
    let query: Query = {};
    try {
      query = parseQuery(rawQuery);
    } catch {
      // Answered as InvalidURI, by the service that the header names.
    }
    const scoped = scopedService(headers, query);
    if (scoped) return scoped;
    const target = headers["x-amz-target"] ?? "";
    const open = services.find(({ unsigned = [] }) => unsigned.includes(target));
    if (open) return open.name;
    return isUnserved(rawPath, headers) ? "" : "s3";
  }

  async function answerS3(incoming: Incoming) {
    const { request, response, requestId, hostId } = incoming;
    response.removeHeader("x-amzn-requestid");
    response.setHeader("x-amz-request-id", requestId);
    response.setHeader("x-amz-id-2", hostId);
    response.setHeader("server", "AmazonS3");
    try {
      s3.begin(incoming);
      parseTarget(incoming);
      const call = await verifyS3(incoming);
      await trouble?.({ service: "s3", principal: call.principal, path: incoming.rawPath });
      await s3.handle(call);
    } catch (error) {
      if (!(error instanceof AwsError)) log(error, "s3", incoming);
      if (response.headersSent || request.socket.destroyed) return void response.destroy();
      if (!incoming.invited) response.shouldKeepAlive = false;
      const internal = new AwsError("InternalError", "We encountered an internal error. Please try again.", 500);
      s3.fail(incoming, error instanceof AwsError ? error : internal);
    }
  }

  async function verifyS3(incoming: Incoming) {
    const { request, response, method, rawPath, query, requestId, hostId } = incoming;
    const invite = () => {
      if (!incoming.invited) response.writeContinue();
      incoming.invited = true;
    };
    const form = (fields: Map<string, string>) => authenticateForm(world, credentials, fields);
    const call = { request, response, method, rawPath, query, requestId, hostId, invite, authenticateForm: form };
    // A preflight asks on behalf of a signed URL, whose signature is not for it: S3 looks at none.
    const unsigned = method === "OPTIONS" || signedBy(incoming.headers, query) === "no";
    if (unsigned) return { ...call, headers: incoming.headers, principal: anonymous };
    const claimed = claim(world, credentials, "s3", incoming);
    const { signature, principal, secretAccessKey } = claimed;
    const payloadHash = s3PayloadHash(signature, incoming.headers, query);
    if (payloadHash === undefined)
      throw new AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256", 400);
    await confirm(claimed, { ...incoming, payloadHash });
    const key = signingKey(secretAccessKey, signature.scopeDate, signature.region, signature.service);
    const headers = signature.form === "query" ? hoisted(incoming) : incoming.headers;
    return { ...call, headers, principal, signature, payloadHash, signingKey: key };
  }

  async function answerService(incoming: Incoming, name: string) {
    const { request, response, method, rawPath, rawQuery, headers } = incoming;
    const service = byName.get(name);
    const id = String(response.getHeader("x-amzn-requestid"));
    const url = new URL(`${world.endpoint()}${rawPath}${rawQuery && `?${rawQuery}`}`);
    const unknown = { principal: anonymous, region: world.region };
    const call: Call = { request, response, url, method, body: Buffer.alloc(0), requestId: id, ...unknown };
    try {
      parseTarget(incoming);
      const protocol = service?.protocol ?? seemingProtocol(headers);
      if (name === "") throw coralRefusals(protocol).unsigned();
      const isOpen = service?.unsigned?.includes(headers["x-amz-target"] ?? "") && signedBy(headers, {}) === "no";
      const claimed = isOpen ? undefined : claim(world, credentials, protocol, incoming, service?.regions);
      if (!incoming.invited) response.writeContinue();
      incoming.invited = true;
      call.body = await readBody(request);
      if (service && !claimed) return await service.handle(call);
      if (!claimed) throw coralRefusals(protocol).unsigned();
      const payloadHash = sha256Hex(call.body);
      await confirm(claimed, { ...incoming, payloadHash });
      if (!service)
        throw new AwsError("UnknownOperationException", `The local cloud does not run the service '${name}'.`, 404);
      call.principal = claimed.principal;
      call.region = claimed.signature.region;
      await trouble?.({ service: name, principal: call.principal, path: rawPath });
      await service.handle(call);
    } catch (error) {
      if (!(error instanceof AwsError)) log(error, name, incoming);
      if (response.headersSent || request.socket.destroyed) return void response.destroy();
      if (!incoming.invited) response.shouldKeepAlive = false;
      const known =
        error instanceof AwsError ? error : new AwsError("InternalFailure", "An internal error occurred.", 500);
      if (service) service.fail(call, known);
      else failUnserved(call, known);
    }
  }

  function log(error: unknown, service: string, { method, rawPath, requestId, request }: Incoming) {
    if (request.socket?.destroyed) return;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.log({ service: service || "gate", level: "error", message, method, path: rawPath, requestId });
  }

  let listener: Listening | undefined;
  const answering = new Set<Promise<void>>();
  const begin = (request: IncomingMessage, response: ServerResponse, waits: boolean) => {
    const answered = answer(request, response, waits).finally(() => answering.delete(answered));
    answering.add(answered);
  };

  return {
    async listen(port) {
      const options = { maxHeaderSize: 64 * 1024, requestTimeout: 0, keepAliveTimeout: 65_000 };
      listener = await listen({ ...options, answer: begin, invites: true, refuse: refuseBroken }, port);
      return listener.url;
    },
    async close() {
      await listener?.close();
      const late = new AbortController();
      const patience = sleep(CLOSE_MS, undefined, { signal: late.signal }).catch(() => undefined);
      await Promise.race([Promise.allSettled(answering), patience]);
      late.abort();
    },
  };
}

function parseTarget(incoming: Incoming) {
  try {
    decodeURIComponent(incoming.rawPath);
    incoming.query = parseQuery(incoming.rawQuery);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.", 400);
  }
}

/** Node reads header bytes as Latin-1; AWS reads them as UTF-8. */
function utf8Headers(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(request.headers)) {
    const text = Array.isArray(value) ? value.join(",") : (value ?? "");
    headers[name] = Buffer.from(text, "latin1").toString("utf8");
  }
  return headers;
}

/** Signers put x-amz- headers into the query of a URL; S3 reads them there as if they were headers. */
function hoisted({ headers, query }: Incoming): Record<string, string> {
  const all: Record<string, string> = Object.assign(Object.create(null), headers);
  for (const [name, value] of Object.entries(query))
    if (/^x-amz-/i.test(name)) all[name.toLowerCase()] ??= [value].flat().join(",");
  return all;
}

/** A request that ends early or is not HTTP; S3's form, as only S3's bodies stream. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const incomplete = error.code === "HPE_INVALID_EOF_STATE";
  const code = incomplete ? "IncompleteBody" : "BadRequest";
  const message = incomplete
    ? "You did not provide the number of bytes specified by the Content-Length HTTP header"
    : "An error occurred when parsing the HTTP request.";
  const body = writeXml("Error", { Code: code, Message: message }, { declaration: XML_DECLARATION });
  const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: application/xml\r\nContent-Length: ${body.length}\r\nConnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
}
