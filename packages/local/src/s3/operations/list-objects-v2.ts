import { first } from "../../gate/query.ts";
import type { Operation } from "../context.ts";
import { invalidArgument } from "../errors.ts";
import { listResult } from "../list-result.ts";
import { xml } from "../output.ts";

export const listObjectsV2: Operation = (s3, request) => {
  const { query } = request;
  const type = first(query, "list-type") ?? "";
  if (type !== "2") throw invalidArgument("Invalid List Type specified in Request", "list-type", type);
  const token = first(query, "continuation-token");
  const startAfter = first(query, "start-after");
  const after = token === undefined ? (startAfter ?? "") : fromToken(token);
  const { page, common, encode } = listResult(s3, request, after, first(query, "fetch-owner") === "true");
  return xml("ListBucketResult", {
    ...common,
    KeyCount: page.entries.length,
    ContinuationToken: token,
    NextContinuationToken: page.next === undefined ? undefined : toToken(page.next),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
  });
};

const toToken = (last: string) => Buffer.from(JSON.stringify({ last })).toString("base64url");

function fromToken(token: string): string {
  try {
    const { last } = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (typeof last === "string") return last;
  } catch {
    // Not one of ours: refused below.
  }
  throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
}
