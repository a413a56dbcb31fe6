import { describe, expect, it } from "vitest";
import { StateError } from "../../src/states/errors.ts";
import { parsePath } from "../../src/states/jsonpath/parse.ts";
import { query } from "../../src/states/jsonpath/query.ts";
import { expression, fill, put } from "../../src/states/jsonpath/template.ts";

const chance = { random: () => 0.5, uuid: () => "00000000-0000-4000-8000-000000000000" };
const frame = (input: any, variables: any = {}) => ({ input, variables, context: { State: { Name: "S" } } });

const BOOKS = {
  store: {
    book: [
      { title: "A", price: 8, isbn: "1" },
      { title: "B", price: 12 },
      { title: "C", price: 9, isbn: "3" },
    ],
    "odd name": { "it's": 1 },
  },
};

describe("paths", () => {
  it.each([
    ["$.store.book[0].title", "A"],
    ["$.store.book[-1].title", "C"],
    ["$['store']['odd name']['it\\'s']", 1],
    ["$.store.book[*].price", [8, 12, 9]],
    ["$.store.book[1:].title", ["B", "C"]],
    ["$.store.book[:2].title", ["A", "B"]],
    ["$.store.book[0,2].title", ["A", "C"]],
    ["$..title", ["A", "B", "C"]],
    ["$.store.book[?(@.price < 10)].title", ["A", "C"]],
    ["$.store.book[?(@.isbn)].title", ["A", "C"]],
    ["$.store.book[?(@.price > 8 && @.isbn == '3')].title", ["C"]],
    ['$.store.book[?(!(@.isbn) || @.title == "A")].title', ["A", "B"]],
    ["$.store.book[?(@.price > 100)]", []],
    ["$$.State.Name", "S"],
    ["$mine.deep[1]", 2],
  ])("%s selects %j", (path, value) => {
    expect(query(parsePath(path), frame(BOOKS, { mine: { deep: [1, 2] } }))).toEqual(value);
  });

  it.each([
    ["$.nothing", "No results for path: $['nothing']"],
    ["$.nothing.more", "Missing property in path $['nothing']"],
    ["$.store.book[9]", "No results for path: $['store']['book'][9]"],
    ["$.constructor", "No results for path: $['constructor']"],
    ["$nobody", "The variable 'nobody' is not defined"],
  ])("%s leads nowhere", (path, message) => {
    expect(() => query(parsePath(path), frame(BOOKS))).toThrow(message);
  });

  it.each(["", "x", "$.", "$[", "$['a]", "$.a[?(]", "$.a[1:2:3]", "$.a b", "$.a[?(@.b ==)]"])("%j is none", (path) => {
    expect(() => parsePath(path)).toThrow("unexpected");
  });
});

describe("intrinsic functions", () => {
  const call = (text: string, input: any = {}) => expression(text, "f.$", frame(input), chance);

  it.each([
    ["States.Format('{} of {\\}', $.n)", "1 of {}"],
    ["States.Format('it\\'s {}', States.Array(1, 'a', null))", "it's [1, a, null]"],
    ["States.ArrayGetItem(States.Array(null, 2), 0)", null],
    ["States.JsonToString($)", '{"n":1}'],
    ["States.MathRandom(10, 20)", 15],
    ["States.StringSplit('a,b;c', ',;')", ["a", "b", "c"]],
    ["States.UUID()", chance.uuid()],
  ])("%s gives %j", (text, value) => {
    expect(call(text.replace("{\\}", "\\{\\}"), { n: 1 })).toEqual(value);
  });

  it.each([
    "States.ArrayGetItem(States.Array(1), 5)",
    "States.Format('{} {}', 1)",
    "States.Format('none', 1)",
    "States.ArrayPartition($.n, 2)",
    "States.ArrayRange(1, 5000, 1)",
    "States.StringToJson('{')",
    "States.Hash('x', 'CRC')",
    "States.JsonMerge($, $, true)",
    "States.MathRandom(5, 5)",
  ])("%s fails as States.IntrinsicFailure", (text) => {
    expect(() => call(text, { n: 1 })).toThrow(StateError);
    expect(() => call(text, { n: 1 })).toThrow("States.IntrinsicFailure");
  });
});

describe("payload templates", () => {
  it("fill what ends in .$ and leave the rest, also in lists", () => {
    const template = { "a.$": "$.x", b: "$.x", c: [{ "d.$": "$.x" }], "e.$": "States.Array($.x)" };
    expect(fill(template, frame({ x: 1 }), chance)).toEqual({ a: 1, b: "$.x", c: [{ d: 1 }], e: [1] });
  });

  it("name the field of a path that leads nowhere", () => {
    expect(() => fill({ "a.$": "$.gone" }, frame({ x: 1 }), chance)).toThrow(
      "The JSONPath '$.gone' specified for the field 'a.$' could not be found in the input '{\"x\":1}'",
    );
  });
});

describe("ResultPath", () => {
  it.each([
    [{ a: 1 }, "$.b.c", { a: 1, b: { c: 9 } }],
    [{ a: { b: 1 } }, "$.a", { a: 9 }],
    [{ a: [1, 2] }, "$.a[1]", { a: [1, 9] }],
    [{ a: 1 }, "$", 9],
    [{}, "$['__proto__']", JSON.parse('{"__proto__":9}')],
  ])("puts into %j at %s", (document, path, value) => {
    const before = structuredClone(document);
    expect(put(document as any, path, 9)).toEqual(value);
    expect(document).toEqual(before);
    expect(({} as any).polluted).toBeUndefined();
  });

  it("refuses a place inside a value that has none", () => {
    expect(() => put({ a: 1 }, "$.a.b", 9)).toThrow("Unable to apply ReferencePath $.a.b to input");
  });
});
