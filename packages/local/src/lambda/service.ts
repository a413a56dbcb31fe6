import { AwsError, type Call } from "../world.ts";
import { getFunction, getFunctionConcurrency, getFunctionConfiguration } from "./api/get-function.ts";
import { invoke } from "./api/invoke.ts";
import { listFunctions } from "./api/list-functions.ts";
import type { Context, Operation } from "./api/operation.ts";

const ROUTES: [method: string, path: RegExp, operation: Operation][] = [
  ["GET", /^\/2015-03-31\/functions\/?$/, listFunctions],
  ["GET", /^\/2015-03-31\/functions\/([^/]+)$/, getFunction],
  ["GET", /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, getFunctionConfiguration],
  ["GET", /^\/2019-09-30\/functions\/([^/]+)\/concurrency$/, getFunctionConcurrency],
  ["POST", /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, invoke],
];

/** Answers a call by its method and path; what is not in the table is named in a 501. */
export async function route(context: Context, call: Call) {
  for (const [method, path, operation] of ROUTES) {
    const match = path.exec(call.url.pathname);
    if (match && method === call.method) return operation(context, call, decode(match[1] ?? ""));
  }
  const wanted = `${call.method} ${call.url.pathname}`;
  throw new AwsError("NotImplemented", `${wanted} of Lambda is not part of the local cloud`, 501);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError("ValidationException", `'${segment}' is not a valid function name`, 400);
  }
}
