import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Edge } from "./edge.ts";

/** Bytes of request line and headers CloudFront takes. */
const REQUEST_BYTES = 20_480;
/** Node's five seconds race with clients that reuse a connection. */
const KEEP_ALIVE_MS = 60_000;

/** Opens a distribution's listener on loopback. */
export function openListener(edge: Edge, port: number): Promise<{ server: Server; url: string }> {
  const server = createServer({ maxHeaderSize: REQUEST_BYTES, keepAliveTimeout: KEEP_ALIVE_MS });
  server.on("request", (request, response) => void edge.handle(request, response));
  server.on("clientError", refuse);
  return bind(server, port);
}

/** Listens on loopback, port 0 for any. Rejects with the listen error as it is, for example EADDRINUSE. */
export async function bind(server: Server, port: number): Promise<{ server: Server; url: string }> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port: bound } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${bound}` };
}

/** Ends a listener with all its connections, idle or not. */
export async function closeListener(server: Server) {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/** What cannot be parsed as a request gets CloudFront's bare page. */
function refuse(error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === "ECONNRESET" || !socket.writable) return socket.destroy();
  const status = error.code === "HPE_HEADER_OVERFLOW" ? "413 Request Entity Too Large" : "400 Bad Request";
  const page = `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr><center>CloudFront</center></body></html>\r\n`;
  const head = ["Server: CloudFront", "Content-Type: text/html", `Content-Length: ${page.length}`, "Connection: close"];
  return socket.end(`HTTP/1.1 ${status}\r\n${head.join("\r\n")}\r\n\r\n${page}`);
}
