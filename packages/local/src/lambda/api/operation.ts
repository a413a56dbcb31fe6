import type { LambdaFunction } from "@dropclip/synth/cloud";
import type { Call, World } from "../../world.ts";
import type { AsyncQueue } from "../async.ts";
import type { Functions } from "../functions.ts";

/** What the operations work on. */
export interface Context {
  world: World;
  list: LambdaFunction[];
  functions: Functions;
  queue: AsyncQueue;
}

/** One operation of the API; `name` is the function name of the path. */
export type Operation = (context: Context, call: Call, name: string) => Promise<void> | void;

export function sendJson({ response, requestId }: Call, body: unknown) {
  const text = JSON.stringify(body);
  response.writeHead(200, {
    "content-type": "application/json",
    "x-amzn-requestid": requestId,
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
