import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DEMO_EVENT_ID } from "../../src/demo.ts";
import { type Answer, awsError, json } from "./answers.ts";
import { TestApi } from "./test-api.ts";
import { CLIENT_ID, TestIdentity } from "./test-identity.ts";
import { hasStatus, s3Error, TestUploads } from "./test-uploads.ts";

export { problem } from "./answers.ts";

/** Access keys that may call AWS: the cloud's operator, and a user's own account. */
const ACCESS_KEYS = ["AKIALOCAL", "AKIAUSER"];
const S3_CALL = /^(PutObject|PostObject|UploadPart|ListParts|CompleteMultipartUpload)\b/;

/** dropclip's API, its issuer and the AWS services it needs, behind one port: real HTTP for the client. */
export class TestCloud extends TestUploads {
  readonly identity = new TestIdentity();
  readonly api = new TestApi();
  /** Parameters by name, as in Systems Manager. */
  readonly parameters = new Map<string, string>();
  /** The local cloud's own report about its roles. */
  access: object | undefined;
  /** Calls in the order they arrived: `POST /uploads/…/sign UploadPart 1,2`, `UploadPart 3`. */
  readonly calls: string[] = [];
  /**
   * Called before each call is answered. Returns an answer instead, "drop" to cut the connection, or undefined to go
   * on.
   */
  intercept: (call: string, operation: string) => Answer | "drop" | undefined | Promise<Answer | "drop" | undefined> =
    () => undefined;
  /** Told of each call and its body. */
  onBody: (call: string, body: string) => void = () => {};
  onHeaders: (call: string, headers: IncomingMessage["headers"]) => void = () => {};
  /** Whether to perform the call but cut the connection instead of answering. */
  lose: (call: string) => boolean = () => false;
  /** The largest file that a presigned form allows. */
  formBytes = 25_000_000;
  readonly #open = new Set<Promise<unknown>>();
  readonly #server: Server;

  private constructor(server: Server) {
    super();
    this.#server = server;
  }

  static async start(): Promise<TestCloud> {
    const server = createServer((request, response) => {
      const answered = cloud.#answer(request, response).catch((error) => response.destroy(error));
      cloud.#open.add(answered);
      answered.finally(() => cloud.#open.delete(answered));
    });
    const cloud = new TestCloud(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cloud.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    cloud.api.base = cloud.base;
    cloud.identity.base = cloud.base;
    const { userId } = cloud.identity.users.get("creative@example.com")!;
    cloud.api.addEvent({ eventId: DEMO_EVENT_ID, creativeId: userId });
    return cloud;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Waits until all that a client sent before it went away has been handled. */
  async quiet() {
    for (let turn = 0; turn < 20; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.allSettled(this.#open);
    }
  }

  /** Names of the S3 operations that arrived. */
  s3Calls(): string[] {
    return this.calls.filter((call) => S3_CALL.test(call));
  }

  /** The outputs of a deployed stage. */
  outputs(stage: string) {
    return {
      stage,
      region: "eu-west-1",
      api: this.base,
      cdn: `${this.base}/cdn`,
      issuer: this.identity.issuer,
      signIn: this.base,
      clientId: CLIENT_ID,
      userPoolId: this.identity.issuer.split("/").at(-1),
    };
  }

  /** The facts of a running local cloud. */
  facts() {
    const url = this.base;
    return {
      stage: "dev",
      api: url,
      cdn: `${url}/cdn`,
      region: "us-east-1",
      issuer: this.identity.issuer,
      signIn: url,
      credentials: { accessKeyId: "AKIALOCAL", secretAccessKey: "secret" },
      endpoints: { s3: url, dynamodb: url, states: url, mediaconvert: url, events: url, sqs: url, lambda: url },
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, this.base);
    const operation = url.searchParams.get("operation") ?? "";
    const [, target] = String(request.headers["x-amz-target"] ?? "").split(".");
    const call = callOf(request, url, target);
    this.onHeaders(call, request.headers);
    const intercepted = await this.intercept(call, operation);
    if (intercepted === "drop") return void request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    this.calls.push(call);
    this.onBody(call, body.toString());
    const answer = intercepted ?? (await this.#dispatch(request, url, target, body));
    if (this.lose(call)) return void request.socket.destroy();
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  async #dispatch(request: IncomingMessage, url: URL, target: string | undefined, body: Buffer): Promise<Answer> {
    if (target) return this.#aws(request, target, JSON.parse(body.toString()));
    if (url.searchParams.has("operation")) return this.answerS3(request, url, body);
    if (url.pathname === "/form") return this.#form(request, body);
    return this.identity.handle(request.method!, url, body.toString()) ?? this.#api(request, url, body);
  }

  #aws(request: IncomingMessage, operation: string, input: Record<string, any>): Answer {
    const [, key] = /Credential=([^/]+)\//.exec(request.headers.authorization ?? "") ?? [];
    if (!ACCESS_KEYS.includes(key!))
      return awsError(400, "UnrecognizedClientException", "The security token included in the request is invalid.");
    if (operation === "GetAccess")
      return this.access ? json(200, this.access) : awsError(404, "UnknownOperationException", "no such operation");
    if (operation !== "GetParameter") return this.identity.operate(operation, input);
    const value = this.parameters.get(input.Name);
    return value === undefined
      ? awsError(400, "ParameterNotFound", "")
      : json(200, { Parameter: { Name: input.Name, Value: value } }, "application/x-amz-json-1.1");
  }

  /** S3's answer to a file sent by a presigned form. */
  async #form(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const headers = { "content-type": String(request.headers["content-type"]) };
    const form = await new Request(`${this.base}/form`, {
      method: "POST",
      headers,
      body: new Uint8Array(body),
    }).formData();
    const names = [...form.keys()];
    if (form.get("policy") !== "signed" || names.at(-1) !== "file")
      return s3Error(403, "AccessDenied", "Invalid according to Policy");
    const file = Buffer.from(await (form.get("file") as File).arrayBuffer());
    if (file.length > this.formBytes)
      return s3Error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
    this.s3.objects.set(String(form.get("key")), file);
    this.api.arrived(String(form.get("name")));
    return { status: 204 };
  }

  #api(request: IncomingMessage, url: URL, body: Buffer): Answer {
    const path = url.pathname.split("/").slice(1);
    if (url.pathname === "/openapi.json") return this.#openapi();
    const user = this.identity.user(request.headers.authorization);
    const input = body.length > 0 ? JSON.parse(body.toString()) : {};
    const key = request.headers["idempotency-key"] as string | undefined;
    const call = { method: request.method!, path, query: url.searchParams, body: input, key, user };
    const answer = this.api.handle(call);
    if (answer) return answer;
    if (path[4] === "download") return this.answerDownload(path);
    if (!user) return json(401, { message: "Unauthorized" });
    const [noun, id] = path;
    if (noun === "me" && id === "uploads")
      return json(
        200,
        this.listUploads(url, (upload) => upload.fanId === user.userId),
      );
    if (noun === "events" && request.method === "POST") return this.createUpload(id!, input, user, key);
    if (noun === "events")
      return json(
        200,
        this.listUploads(url, (upload) => upload.eventId === id && hasStatus(upload, url.searchParams)),
      );
    const ownsEvent = (eventId: string) => this.api.events.get(eventId)?.creativeId === user.userId;
    return this.answerUpload(request, path, input, user, ownsEvent);
  }

  #openapi(): Answer {
    const openIdConnectUrl = `${this.identity.issuer}/.well-known/openid-configuration`;
    const user = { type: "openIdConnect", openIdConnectUrl, "x-clientId": CLIENT_ID };
    return json(200, { openapi: "3.1.0", components: { securitySchemes: { user } } });
  }
}

/** `GET /path`, or the operation of an AWS service. */
function callOf({ method }: IncomingMessage, url: URL, target: string | undefined): string {
  const operation = url.searchParams.get("operation");
  const part = url.searchParams.get("partNumber");
  if (operation) return `${operation}${part ? ` ${part}` : ""}`;
  return target ?? (url.pathname === "/form" ? "PostObject" : `${method} ${url.pathname}`);
}
