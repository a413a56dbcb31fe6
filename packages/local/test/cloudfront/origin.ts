import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Stored {
  body: Buffer;
  headers?: Record<string, string>;
  etag?: string;
}

/**
 * A bucket endpoint that looks at no signature: objects under `/bucket/key`, ETags, single ranges, a log of requests.
 */
export class TestOrigin {
  readonly objects = new Map<string, Stored>();
  readonly requests: { method: string; url: string; headers: IncomingHttpHeaders }[] = [];
  /** Answers in place of the objects, while set. */
  override: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop() {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  put(url: string, body: string | Buffer, headers: Record<string, string> = {}, etag = '"v1"') {
    this.objects.set(url, { body: Buffer.from(body), headers, etag });
  }

  #answer(request: IncomingMessage, response: ServerResponse) {
    const { method = "", url = "", headers } = request;
    this.requests.push({ method, url, headers });
    if (this.override) return this.override(request, response);
    const stored = this.objects.get(url.split("?")[0]!);
    if (!stored) {
      const text = "<Error><Code>AccessDenied</Code></Error>";
      response.writeHead(403, { "content-type": "application/xml", "x-amz-request-id": "R", "x-amz-id-2": "I" });
      return response.end(text);
    }
    const { etag = '"v1"', body } = stored;
    const common = {
      "content-type": "video/mp4",
      server: "AmazonS3",
      etag,
      "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
      "accept-ranges": "bytes",
      "x-amz-request-id": "R",
      "x-amz-server-side-encryption": "AES256",
      ...stored.headers,
    };
    if (headers["if-none-match"] === etag) {
      response.writeHead(304, { etag, ...stored.headers });
      return response.end();
    }
    const range = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "");
    if (!range) {
      response.writeHead(200, { ...common, "content-length": body.length });
      return response.end(method === "HEAD" ? undefined : body);
    }
    const start = range[1] ? Number(range[1]) : Math.max(0, body.length - Number(range[2]));
    const end = range[1] && range[2] ? Math.min(Number(range[2]) + 1, body.length) : body.length;
    if (start >= body.length) {
      response.writeHead(416, { "content-range": `bytes */${body.length}` });
      return response.end();
    }
    const part = body.subarray(start, end);
    const contentRange = `bytes ${start}-${end - 1}/${body.length}`;
    response.writeHead(206, { ...common, "content-range": contentRange, "content-length": part.length });
    return response.end(method === "HEAD" ? undefined : part);
  }
}
