import { describe, expect, it } from "vitest";
import { compilePattern } from "../../src/events/pattern/index.ts";

const event = {
  version: "0",
  source: "aws.s3",
  "detail-type": "Object Created",
  resources: ["arn:aws:s3:::uploads", "arn:aws:s3:::other"],
  detail: {
    bucket: { name: "dropclip-uploads-dev" },
    object: { key: "events/e1/uploads/f1/u1/video.MOV", size: 5 },
    reason: "PutObject",
    "source-ip-address": "10.0.0.33",
    ipv6: "2001:db8::1",
    empty: null,
    flag: true,
    limit: 301.8,
    blank: "",
    list: [],
    nested: { deeper: { value: [[1, 2], [3]] } },
    people: [
      { first: "Anna", last: "Smith", tags: ["a"] },
      { first: "Peter", last: "Jones" },
    ],
  },
};

const matches = (pattern: unknown) => compilePattern(pattern)(event);
const detail = (pattern: unknown) => matches({ detail: pattern });

describe("an event pattern matches", () => {
  it.each<[string, unknown]>([
    ["an exact text", { source: ["aws.ec2", "aws.s3"] }],
    ["an element of the event's array", { resources: ["arn:aws:s3:::other"] }],
    ["a number", { detail: { object: { size: [5] } } }],
    ["null", { detail: { empty: [null] } }],
    ["true", { detail: { flag: [true] } }],
    ["an empty text", { detail: { blank: [""] } }],
    ["a prefix", { detail: { object: { key: [{ prefix: "events/" }] } } }],
    ["a suffix", { detail: { object: { key: [{ suffix: ".MOV" }] } } }],
    ["whatever the case", { detail: { reason: [{ "equals-ignore-case": "putOBJECT" }] } }],
    ["a prefix whatever the case", { detail: { reason: [{ prefix: { "equals-ignore-case": "PUT" } }] } }],
    ["a suffix whatever the case", { detail: { object: { key: [{ suffix: { "equals-ignore-case": ".mov" } }] } } }],
    ["a wildcard", { detail: { object: { key: [{ wildcard: "events/*/uploads/*/video.*" }] } } }],
    ["anything but another value", { detail: { reason: [{ "anything-but": "CopyObject" }] } }],
    ["anything but a list", { detail: { object: { size: [{ "anything-but": [1, 2] }] } } }],
    ["anything but a prefix", { detail: { reason: [{ "anything-but": { prefix: "Copy" } }] } }],
    ["anything but several suffixes", { detail: { reason: [{ "anything-but": { suffix: ["Copy", "Part"] } }] } }],
    ["anything but a wildcard", { detail: { reason: [{ "anything-but": { wildcard: "*Copy*" } }] } }],
    [
      "anything but whatever case",
      { detail: { reason: [{ "anything-but": { "equals-ignore-case": ["copyobject"] } }] } },
    ],
    ["a numeric range", { detail: { object: { size: [{ numeric: [">", 0, "<=", 5] }] } } }],
    ["a numeric comparison", { detail: { limit: [{ numeric: ["=", 3.018e2] }] } }],
    ["a field that exists", { detail: { reason: [{ exists: true }] } }],
    ["a null field as existing", { detail: { empty: [{ exists: true }] } }],
    ["a field that is absent", { detail: { "version-id": [{ exists: false }] } }],
    ["a parent as absent: only leaves exist", { detail: { bucket: [{ exists: false }] } }],
    ["below an absent parent", { detail: { no: { such: [{ exists: false }] } } }],
    ["an address in a range", { detail: { "source-ip-address": [{ cidr: "10.0.0.0/24" }] } }],
    ["an IPv6 address in a range", { detail: { ipv6: [{ cidr: "2001:db8::/32" }] } }],
    ["one of several alternatives", { detail: { reason: ["CopyObject", { prefix: "Put" }] } }],
    ["one of $or", { $or: [{ source: ["aws.ec2"] }, { detail: { reason: ["PutObject"] } }] }],
    ["$or below the root", { detail: { $or: [{ flag: [false] }, { limit: [{ numeric: [">", 300] }] }] } }],
    ["nested arrays", { detail: { nested: { deeper: { value: [3] } } } }],
    ["two fields of the same element", { detail: { people: { first: ["Anna"], last: ["Smith"] } } }],
    ["absence or a value", { detail: { reason: [{ exists: false }, "PutObject"] } }],
  ])("%s", (_name, pattern) => {
    expect(matches(pattern)).toBe(true);
  });
});

describe("an event pattern does not match", () => {
  it.each<[string, unknown]>([
    ["another text", { source: ["aws.ec2"] }],
    ["another case", { source: ["AWS.S3"] }],
    ["a field that is absent", { detail: { absent: ["x"] } }],
    ["text against number", { object: { size: ["5"] } }],
    ["null against absence", { absent: [null] }],
    ["a prefix in the middle", { object: { key: [{ prefix: "uploads/" }] } }],
    ["a wildcard with overlapping ends", { reason: [{ wildcard: "PutObject*PutObject" }] }],
    ["anything but its own value", { reason: [{ "anything-but": ["PutObject"] }] }],
    ["anything but, when the field is absent", { absent: [{ "anything-but": "x" }] }],
    ["a number outside the range", { object: { size: [{ numeric: [">", 5, "<", 9] }] } }],
    ["numeric against a text", { reason: [{ numeric: [">", 0] }] }],
    ["an absent field that exists", { reason: [{ exists: false }] }],
    ["an empty array as existing", { list: [{ exists: true }] }],
    ["an address outside the range", { "source-ip-address": [{ cidr: "10.0.1.0/24" }] }],
    ["an IPv6 address in an IPv4 range", { ipv6: [{ cidr: "0.0.0.0/0" }] }],
    ["a text that is no address", { reason: [{ cidr: "0.0.0.0/0" }] }],
    ["fields of different elements", { people: { first: ["Anna"], last: ["Jones"] } }],
    ["absence in one element of an array only", { people: { tags: [{ exists: false }], first: ["Peter"] } }],
    ["none of $or", { $or: [{ flag: [false] }, { reason: ["CopyObject"] }] }],
    ["a field of a scalar", { reason: { deeper: ["x"] } }],
    ["inherited properties", { toString: [{ exists: true }] }],
  ])("%s", (_name, pattern) => {
    expect(detail(pattern)).toBe(false);
  });
});

describe("an event pattern is refused", () => {
  it.each<[string, unknown, string]>([
    ["that is no object", ["a"], "Filter is not an object"],
    ["that is empty", {}, "Empty objects are not allowed"],
    ["with a bare value", { source: "aws.s3" }, '"source" must be an object or an array'],
    ["with an empty array", { source: [] }, "Empty arrays are not allowed"],
    ["with an empty object", { detail: {} }, "Empty objects are not allowed"],
    ["with an operator that does not exist", { source: [{ sufix: "x" }] }, "Unrecognized match type sufix"],
    ["with two operators at once", { source: [{ prefix: "a", suffix: "b" }] }, "Only one key allowed"],
    ["with a prefix that is no text", { source: [{ prefix: 1 }] }, "prefix match pattern must be a string"],
    ["with a suffix list", { source: [{ suffix: ["a"] }] }, "Unrecognized suffix match type 0"],
    ["with wildcards in a row", { source: [{ wildcard: "a**" }] }, "Consecutive wildcard characters at pos 1"],
    ["with a wrong escape", { source: [{ wildcard: "a\\b" }] }, "Invalid escape character at pos 1"],
    ["with mixed anything-but", { source: [{ "anything-but": [1, "a"] }] }, "either all values are number or string"],
    ["with nothing in anything-but", { source: [{ "anything-but": [] }] }, "Empty lists are not allowed"],
    [
      "with an array in anything-but's place",
      { source: [{ "anything-but": [{ wildcard: "*" }] }] },
      "Inside anything-but",
    ],
    ["with an unknown numeric operator", { a: [{ numeric: ["!=", 1] }] }, "Unrecognized numeric range operator: !="],
    ["with an upside-down range", { a: [{ numeric: [">", 5, "<", 1] }] }, "Bottom must be less than top"],
    ["with a range that does not end", { a: [{ numeric: ["<", 5, ">", 1] }] }, "Too many terms"],
    ["with an operand beyond five billion", { a: [{ numeric: ["<", 6e9] }] }, "Value must be between"],
    ["with numeric of texts", { a: [{ numeric: ["<", "5"] }] }, "must be a number"],
    ["with exists of a text", { a: [{ exists: "true" }] }, "either true or false"],
    ["with a range without mask", { a: [{ cidr: "10.0.0.0" }] }, "one '/' required"],
    ["with a mask too long", { a: [{ cidr: "10.0.0.0/33" }] }, "mask bits must not be larger"],
    ["with nested arrays", { a: [["b"]] }, "Arrays must not be nested"],
  ])("%s", (_name, pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ code: "InvalidEventPatternException", message: expect.stringContaining(reason) }),
    );
  });
});

describe("a wildcard", () => {
  it("takes an escaped asterisk and backslash literally", () => {
    const literal = compilePattern({ a: [{ wildcard: "x\\*y\\\\*" }] });
    expect([literal({ a: "x*y\\z" }), literal({ a: "xxy\\z" })]).toEqual([true, false]);
  });
  it("answers at once however the text repeats", () => {
    const hostile = compilePattern({ a: [{ wildcard: `${"a*".repeat(40)}b` }] });
    expect(hostile({ a: "a".repeat(100_000) })).toBe(false);
  });
});
