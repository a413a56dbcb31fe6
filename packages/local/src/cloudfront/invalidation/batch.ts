import { AwsError } from "../../world.ts";
import { encodeText } from "../target.ts";
import { parseXml } from "../xml.ts";

/** A batch as CreateInvalidation takes it. */
export interface Batch {
  callerReference: string;
  paths: string[];
}

/** Paths of a distribution that may be in progress at a time (AWS: quotas on invalidations): files, and wildcards. */
const FILE_PATHS = 3000;
const WILDCARD_PATHS = 15;
const PATH_CHARACTERS = 4000;

/** Reads and checks the body of CreateInvalidation. */
export function parseBatch(body: Buffer): Batch {
  if (body.length === 0)
    throw new AwsError("MissingBody", "This operation requires a body. Ensure that the body is present.");
  const batch = record(record(parseXml(body)).InvalidationBatch);
  const listed = record(batch.Paths);
  const items = record(listed.Items).Path ?? [];
  const paths = (Array.isArray(items) ? items : [items]).map(String);
  const callerReference = String(batch.CallerReference ?? "");
  if (!callerReference) throw invalid("The CallerReference of the invalidation batch is missing.");
  if (Number(listed.Quantity) !== paths.length) {
    throw new AwsError("InconsistentQuantities", "The value of Quantity and the size of Items don't match.");
  }
  if (paths.length === 0) throw invalid("Your request contains no invalidation paths.");
  for (const path of paths) checkPath(path);
  if (excess(paths)) throw new AwsError("BatchTooLarge", "Invalidation batch specified is too large.", 413);
  return { callerReference, paths };
}

/** Refuses paths for which there is no room beside those in progress; files and wildcards are counted apart. */
export function checkRoom(paths: string[], inProgress: string[]) {
  const kind = excess([...inProgress, ...paths]);
  if (!kind) return;
  const message = `Processing your request will cause you to exceed the maximum number of in-progress ${kind}.`;
  throw new AwsError("TooManyInvalidationsInProgress", message);
}

/** The kind of path (file or wildcard) of which there are more than may be in progress. */
function excess(paths: string[]) {
  const wildcards = paths.filter((path) => path.endsWith("*")).length;
  if (wildcards > WILDCARD_PATHS) return "wildcard invalidations";
  return paths.length - wildcards > FILE_PATHS ? "invalidations" : undefined;
}

/** Whether a batch covers a URL (path and query, encoded): exactly, or by the prefix before a closing `*`. */
export function covers(paths: string[]): (url: string) => boolean {
  const rules = paths.map((path) => ({ wildcard: path.endsWith("*"), url: normal(path.replace(/\*$/, "")) }));
  return (url) => rules.some((rule) => (rule.wildcard ? url.startsWith(rule.url) : url === rule.url));
}

function checkPath(path: string) {
  const star = path.indexOf("*");
  const fits = path.startsWith("/") && path.length <= PATH_CHARACTERS && !/\s/.test(path);
  if (!fits || (star >= 0 && star !== path.length - 1) || normal(path) === "") {
    throw invalid("Your request contains one or more invalid invalidation paths.");
  }
}

/** Empty for a path with a broken escape. */
function normal(path: string): string {
  const mark = path.indexOf("?");
  const encoded = encodeText(mark < 0 ? path : path.slice(0, mark));
  return encoded === undefined ? "" : encoded + (mark < 0 ? "" : path.slice(mark));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function invalid(message: string) {
  return new AwsError("InvalidArgument", message);
}
