import { afterEach, describe, expect, it } from "vitest";
import { createLab, type Lab } from "./harness.ts";

let lab: Lab;
afterEach(() => lab.close());

/** What one expression gives as a Pass state's output, or the cause of its failure. */
async function evaluate(expression: string, input: any = {}, random?: () => number) {
  const Say = { Type: "Pass", Output: `{% ${expression} %}`, End: true };
  lab = await createLab({ definition: { QueryLanguage: "JSONata", StartAt: "Say", States: { Say } }, random });
  const { output, error, cause } = await lab.finish(lab.start(input));
  if (error !== undefined) expect(error).toBe("States.QueryEvaluationError");
  return output === undefined ? (cause as string).split("specified for the field 'Output' ")[1] : JSON.parse(output);
}

describe("Step Functions' own functions", () => {
  it.each([
    ["$partition([1..5], 2)", [[1, 2], [3, 4], [5]]],
    ["$range(1, 9, 2)", [1, 3, 5, 7, 9]],
    ["$range(9, 1, -4)", [9, 5, 1]],
    ["$count($range(5, 1, 1))", 0],
    ["$hash('x', 'SHA-1')", "11f6ad8ec52a2984abaafd7c3b516503785c2072"],
    ["$hash('x')", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"],
    ["$hash('x', 'MD5')", "9dd4e461268c8034f5c8564e155c67a6"],
    ["$parse('{\"a\":[1,null]}')", { a: [1, null] }],
    ["$random(7) = $random(7)", true],
  ])("%s gives %j", async (expression, value) => {
    expect(await evaluate(expression)).toEqual(value);
  });

  it("$random takes the chance it is given, $uuid is a new one each time", async () => {
    expect(await evaluate("$random()", {}, () => 0.25)).toBe(0.25);
    await lab.close();
    const [one, two] = await evaluate("[$uuid(), $uuid()]");
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(two).not.toBe(one);
  });

  it("$eval is not there", async () => {
    expect(await evaluate("$eval('1+1')")).toBe(
      "threw an error during evaluation. T1006: Attempted to invoke a non-function",
    );
  });
});

describe("limits, with AWS's words", () => {
  const terms = (count: number) => Array(count).fill(1).join("+");

  it("take an expression 100 deep and none deeper", async () => {
    expect(await evaluate(terms(100))).toBe(100);
    await lab.close();
    expect(await evaluate(terms(101))).toBe(
      "threw an error during evaluation: Stack overflow error: Check for non-terminating recursive function. " +
        "Consider rewriting as tail-recursive. Depth=101 max=100",
    );
  });

  it("end a recursion that grows no stack after a second", async () => {
    expect(await evaluate("($f := function($n) { $f($n + 1) }; $f(1))")).toBe(
      "threw an error during evaluation: Expression evaluation timeout: Check for infinite loop",
    );
  });

  it("refuse a range that would fill the memory, before it does", async () => {
    expect(await evaluate("$count($range(1, 1000000000, 1))")).toBe(
      "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage",
    );
  });
});

describe("values", () => {
  it.each([
    ["function($x) { $x }", "returned an unsupported result type."],
    ["{ 'f': $sum }", "returned an unsupported result type."],
    ["$states.input.nothing", "returned nothing (undefined)."],
    ["$parse('{')", expect.stringContaining("threw an error during evaluation. ")],
    ["1 + 'a'", expect.stringContaining("threw an error during evaluation. T2002: ")],
  ])("of %s are refused", async (expression, words) => {
    expect(await evaluate(expression)).toEqual(words);
  });

  it.each([
    ["1/0", "Infinity"],
    ["[1/0]", ["Infinity"]],
    ["{ 'gone': $nothing, 'there': null }", { there: null }],
    ["$states.input.list.n", 1],
    ["$states.input.list[n = 2]", undefined],
    ["[$states.input.list.n]", [1]],
  ])("of %s are %j", async (expression, value) => {
    const found = await evaluate(expression, { list: [{ n: 1 }] });
    if (value === undefined) expect(found).toBe("returned nothing (undefined).");
    else expect(found).toEqual(value);
  });

  it("keep names an object of JavaScript has of its own", async () => {
    const input = JSON.parse('{"__proto__":{"a":1},"constructor":"c","toString":[2]}');
    expect(await evaluate("$states.input", input)).toEqual(input);
  });
});

describe("Assign", () => {
  it("sees the old values in all its expressions and sets them together", async () => {
    const States = {
      First: { Type: "Pass", Assign: { a: 1, b: 2 }, Next: "Swap" },
      Swap: { Type: "Pass", Assign: { a: "{% $b %}", b: "{% $a %}" }, Output: "{% [$a, $b] %}", Next: "Say" },
      Say: { Type: "Pass", Output: ["{% $states.input %}", "{% $a %}", "{% $b %}"], End: true },
    };
    lab = await createLab({ definition: { QueryLanguage: "JSONata", StartAt: "First", States } });
    const { output } = await lab.finish(lab.start());
    expect(JSON.parse(output)).toEqual([[1, 2], 2, 1]);
  });
});

describe("Choice", () => {
  it("wants a boolean", async () => {
    const States = {
      Which: { Type: "Choice", Choices: [{ Condition: "{% 'yes' %}", Next: "Done" }] },
      Done: { Type: "Succeed" },
    };
    lab = await createLab({ definition: { QueryLanguage: "JSONata", StartAt: "Which", States } });
    const { error, cause } = await lab.finish(lab.start());
    expect(error).toBe("States.QueryEvaluationError");
    expect(cause).toContain(
      "specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string' for value: \"yes\"",
    );
  });
});
