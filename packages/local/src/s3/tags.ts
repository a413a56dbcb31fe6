import { AwsError } from "../world.ts";
import { invalidArgument, malformedXml } from "./errors.ts";
import { list, parseXml, text } from "./xml.ts";

/** An object's tags, in the order of their keys. */
export type Tags = Record<string, string>;

const MAX_TAGS = 10;
/** "Amazon S3 object tags are internally represented in UTF-16": what JavaScript counts. */
const MAX_KEY_UNITS = 128;
const MAX_VALUE_UNITS = 256;
/** Letters, digits and blanks of any language, and a few signs. */
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const HEADER = "x-amz-tagging";

/** The tags of an `x-amz-tagging` header, `a=b&c=d`; undefined where it names none. */
export function tagsInHeader(headers: Record<string, string>): Tags | undefined {
  const header = headers[HEADER];
  if (header === undefined) return undefined;
  const invalid = () =>
    invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      HEADER,
      header,
    );
  const pairs = header.split("&").flatMap((piece): [string, string][] => {
    const [key = "", value = "", ...rest] = piece.split("=");
    if (rest.length) throw invalid();
    return piece === "" ? [] : [[decode(key, invalid), decode(value, invalid)]];
  });
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw invalid();
  return checked(pairs);
}

/** The tags of a `Tagging` document; undefined where it has none. Throws MalformedXML, InvalidTag. */
export function tagsInXml(document: string): Tags | undefined {
  const sets = list(parseXml(document, "Tagging"), "TagSet");
  const [set] = sets;
  if (set === undefined || sets.length > 1) throw malformedXml();
  if (typeof set === "string") {
    if (set.trim()) throw malformedXml();
    return undefined;
  }
  return checked(
    list(set, "Tag").map((tag) => {
      const [key, value] = [text(tag, "Key"), text(tag, "Value")];
      if (key === undefined || value === undefined) throw malformedXml();
      return [key, value];
    }),
  );
}

function decode(text: string, invalid: () => AwsError): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalid();
  }
}

function checked(pairs: [string, string][]): Tags | undefined {
  if (pairs.length === 0) return undefined;
  if (pairs.length > MAX_TAGS) throw new AwsError("BadRequest", "Object tags cannot be greater than 10", 400);
  const invalid = (message: string, details: Record<string, string>) =>
    new AwsError("InvalidTag", message, 400, details);
  for (const [key, value] of pairs) {
    if (key === "" || key.length > MAX_KEY_UNITS || !TEXT.test(key))
      throw invalid("The TagKey you have provided is invalid", { TagKey: key });
    if (key.startsWith("aws:")) throw invalid("Your TagKey cannot be prefixed with aws:", { TagKey: key });
    if (value.length > MAX_VALUE_UNITS || !TEXT.test(value))
      throw invalid("The TagValue you have provided is invalid", { TagKey: key, TagValue: value });
  }
  const keys = pairs.map(([key]) => key);
  const twice = keys.find((key, at) => keys.indexOf(key) < at);
  if (twice !== undefined) throw invalid("Cannot provide multiple Tags with the same key", { TagKey: twice });
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Condition keys of a request about an object that has these tags. */
export const existingTags = (tags: Tags = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]));

/** Condition keys of a request that brings these tags. */
export function requestTags(tags: Tags | undefined): Record<string, string | string[]> {
  if (!tags) return {};
  const values = Object.entries(tags).map(([key, value]) => [`s3:RequestObjectTag/${key}`, value] as const);
  return { ...Object.fromEntries(values), "s3:RequestObjectTagKeys": Object.keys(tags) };
}
