import type { Rule, RuleTarget } from "@dropclip/synth/cloud";
import { describe, expect, it } from "vitest";
import { targetInput } from "../../src/events/target/input.ts";

const event = {
  version: "0" as const,
  id: "id-1",
  "detail-type": "State change",
  source: "my.app",
  account: "123456789012",
  time: "2026-01-02T03:04:05Z",
  region: "us-east-1",
  resources: ["arn:a", "arn:b"],
  detail: { state: 'say "hi"\n', count: 3, nested: { "dash-ed": [{ x: 1 }, { x: 2 }] } },
};
const rule: Rule = { name: "r", arn: "arn:aws:events:us-east-1:123456789012:rule/r", enabled: true, targets: [] };
const target: RuleTarget = { id: "t", arn: "arn", maximumEventAgeSeconds: 60, maximumRetryAttempts: 1 };

const input = (more: Partial<RuleTarget>) => targetInput(rule, { ...target, ...more })(event);
const transformed = (inputTemplate: string, inputPaths: Record<string, string> = {}) =>
  input({ inputTransformer: { inputPaths, inputTemplate } });

describe("a target's input", () => {
  it("is the whole event when nothing else is said", () => {
    expect(JSON.parse(input({}))).toEqual(event);
  });
  it("may be constant", () => {
    expect(input({ input: '{"a":1}' })).toBe('{"a":1}');
  });
  it.each([
    ["$.detail", event.detail],
    ["$.resources[1]", "arn:b"],
    ["$.detail.nested.dash-ed[*].x", [1, 2]],
    ["$.detail-type", "State change"],
    ["$.nothing.here", null],
    ["$", event],
  ])("may be the part at %s", (inputPath, expected) => {
    expect(JSON.parse(input({ inputPath }))).toEqual(expected);
  });
  it.each(["detail", "$.detail[?(@.x)]", "$..x", "$.a b"])("cannot be the part at %s", (inputPath) => {
    expect(() => input({ inputPath })).toThrow(inputPath);
  });
});

describe("an input transformer", () => {
  const paths = { state: "$.detail.state", count: "$.detail.count", all: "$.detail", none: "$.detail.none" };

  it("puts values as JSON outside of quotes and as text inside", () => {
    const text = transformed(
      '{"s": <state>, "n": <count>, "o": <all>, "text": "<state>/<count>", "none": <none>, "gone": "<none>"}',
      paths,
    );
    expect(JSON.parse(text)).toEqual({
      s: event.detail.state,
      n: 3,
      o: event.detail,
      text: 'say "hi"\n/3',
      none: null,
      gone: "",
    });
  });
  it("makes one text of a quoted template", () => {
    expect(JSON.parse(transformed('"<count> of \\"<count>\\""', paths))).toBe('3 of "3"');
  });
  it("knows EventBridge's own variables", () => {
    const template =
      "[<aws.events.rule-arn>, <aws.events.rule-name>, <aws.events.event.ingestion-time>, <aws.events.event>, <aws.events.event.json>]";
    const { detail: _detail, ...envelope } = event;
    expect(JSON.parse(transformed(template))).toEqual([rule.arn, "r", event.time, envelope, event]);
  });
  it("refuses a variable without a path", () => {
    expect(() => transformed("{<typo>}", paths)).toThrow("typo");
  });
});
