import type { IncomingMessage } from "node:http";
import { AwsError } from "../world.ts";

/** No service but S3 takes more: EventBridge, DynamoDB and Lambda stop well below. */
const MAX_BODY_BYTES = 20 * 2 ** 20;

/** How much of a refused body is still read, so that the client reads its answer; then the connection is closed. */
const MAX_DRAIN_BYTES = 64 * 2 ** 20;

/** The whole body in memory. Leaves the connection open where it gives up, so that the refusal can be answered. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = () => new AwsError("RequestEntityTooLargeException", "Request size exceeded the limit", 413);
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes);
}

/** Reads the rest of an answered request, within bounds. */
export function drain(request: IncomingMessage) {
  if (request.complete || request.destroyed) return;
  let bytes = 0;
  request.on("data", (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > MAX_DRAIN_BYTES) request.socket.destroy();
  });
  request.resume();
}
