import type { ServerResponse } from "node:http";
import { type Content, document } from "./xml.ts";

/** Answers with a document. */
export function sendXml(response: ServerResponse, status: number, name: string, content: Content) {
  const body = Buffer.from(document(name, content));
  response.writeHead(status, { "content-type": "application/xml", "content-length": body.length });
  response.end(body);
}

/** S3's times in documents: whole seconds, written with milliseconds. */
export const isoSeconds = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString();
