import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { writeXml, XML_DECLARATION, type Xml } from "../protocol/xml.ts";

/** What an operation answers. */
export interface S3Output {
  status: number;
  headers?: Record<string, string | number>;
  body?: string | Readable;
}

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

export interface DocumentOptions {
  status?: number;
  headers?: Record<string, string | number>;
  /** Undefined for errors, whose documents have none. */
  namespace?: string;
}

/** A document as the answer. */
export function xml(root: string, content: Xml, options: DocumentOptions = {}): S3Output {
  const { status = 200, headers = {}, namespace } = { namespace: NAMESPACE, ...options };
  const body = writeXml(root, content, { namespace, declaration: XML_DECLARATION, controls: "references" });
  const described = { "content-type": "application/xml", "content-length": Buffer.byteLength(body) };
  return { status, headers: { ...described, ...headers }, body };
}

/** Sends what an operation answers, to the end. */
export async function answer(response: ServerResponse, { status, headers, body }: S3Output) {
  response.writeHead(status, headers);
  if (body === undefined || typeof body === "string") return void response.end(body);
  try {
    await pipeline(body, response);
  } catch (error) {
    // A client that has gone away is no fault of ours.
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}

/** S3's times in documents: whole seconds, written with milliseconds. */
export const isoSeconds = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString();
