import type { Socket } from "node:net";
import { type Listening, listen } from "../listener.ts";
import type { Edge } from "./edge.ts";

/** Bytes of request line and headers CloudFront takes. */
const REQUEST_BYTES = 20_480;
/** Node's five seconds race with clients that reuse a connection. */
const KEEP_ALIVE_MS = 60_000;

/** Opens a distribution's listener on loopback. */
export function openListener(edge: Edge, port: number): Promise<Listening> {
  const answer = edge.handle.bind(edge);
  return listen({ maxHeaderSize: REQUEST_BYTES, keepAliveTimeout: KEEP_ALIVE_MS, answer, refuse }, port);
}

/** Input that is not an HTTP request gets CloudFront's bare page. */
function refuse(error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === "ECONNRESET" || !socket.writable) return socket.destroy();
  const status = error.code === "HPE_HEADER_OVERFLOW" ? "413 Request Entity Too Large" : "400 Bad Request";
  const page = `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr><center>CloudFront</center></body></html>\r\n`;
  const head = ["Server: CloudFront", "Content-Type: text/html", `Content-Length: ${page.length}`, "Connection: close"];
  return socket.end(`HTTP/1.1 ${status}\r\n${head.join("\r\n")}\r\n\r\n${page}`);
}
