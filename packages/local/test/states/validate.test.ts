import { describe, expect, it } from "vitest";
import { createIntegrations } from "../../src/states/integrations/index.ts";
import { validate, validateDefinition } from "../../src/states/validate/index.ts";
import type { World } from "../../src/world.ts";
import { ACCOUNT, machineArn, REGION, ROLE } from "./harness.ts";

const find = createIntegrations({ account: ACCOUNT, region: REGION } as World, {} as never, {} as never);

const check = (definition: object) =>
  validateDefinition({ QueryLanguage: "JSONata", ...definition }, find).map(
    ({ message, location }) => `${location}: ${message}`,
  );

/** Problems of one state that ends the machine. */
const state = (fields: object, more: object = {}) =>
  check({ StartAt: "S", States: { S: { End: true, ...fields } }, ...more });
const task = (fields: object) =>
  state({ Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: "f" }, ...fields });

describe("a definition is refused at the start", () => {
  it.each([
    ["an unknown type", { Type: "Sleep" }, ['/States/S/Type: Unknown state type "Sleep"']],
    ["no type", {}, ["/States/S/Type: Unknown state type undefined"]],
    [
      "a target that is not there",
      { Type: "Pass", End: undefined, Next: "Elsewhere" },
      ["/States/S/Next: Missing 'Next' target: Elsewhere"],
    ],
    [
      "a target of JavaScript's own",
      { Type: "Pass", End: undefined, Next: "toString" },
      ["/States/S/Next: Missing 'Next' target: toString"],
    ],
    [
      "neither Next nor End",
      { Type: "Pass", End: undefined },
      ["/States/S: A state must have either 'Next' or 'End': true"],
    ],
    [
      "a JSONPath field in a JSONata state",
      { Type: "Pass", InputPath: "$.x" },
      ["/States/S/InputPath: Field 'InputPath' is not supported in a JSONata Pass state"],
    ],
    [
      "an expression that is none",
      { Type: "Pass", Output: { a: ["{% 1 + %}"] } },
      ["/States/S/Output/a/0: Invalid JSONata expression '1 +': Unexpected end of expression"],
    ],
    [
      "a variable named states",
      { Type: "Pass", Assign: { states: 1 } },
      ["/States/S/Assign/states: Variable name 'states' is reserved"],
    ],
    [
      "a variable that could reach a prototype",
      { Type: "Pass", Assign: JSON.parse('{"__proto__":1}') },
      ["/States/S/Assign/__proto__: '__proto__' is not a variable's name"],
    ],
    [
      "two time fields",
      { Type: "Wait", Seconds: 1, Timestamp: "2026-01-01T00:00:00Z" },
      ["/States/S: A Wait state must have exactly one of its time fields"],
    ],
    ["no branches", { Type: "Parallel", Branches: [] }, ["/States/S/Branches: Value must be a non-empty array"]],
    ["no processor", { Type: "Map", Items: [] }, ["/States/S/Iterator: These fields are required: [ItemProcessor]"]],
  ])("with %s", (_what, fields, problems) => {
    expect(state(fields)).toEqual(problems);
  });

  it("with a problem deep inside, named by its place", () => {
    const Branches = [
      {
        StartAt: "B",
        States: { B: { Type: "Map", ItemProcessor: { StartAt: "I", States: { I: { Type: "Nap" } } }, End: true } },
      },
    ];
    expect(state({ Type: "Parallel", Branches })).toEqual([
      '/States/S/Branches/0/States/B/ItemProcessor/States/I/Type: Unknown state type "Nap"',
    ]);
  });

  it("with a state nothing leads to", () => {
    const States = { S: { Type: "Succeed" }, T: { Type: "Succeed" } };
    expect(check({ StartAt: "S", States })).toEqual(['/States/T: State "T" is not reachable.']);
  });

  it("with a resource it cannot run, by its name", () => {
    for (const Resource of [
      "arn:aws:states:::sqs:sendMessage",
      "arn:aws:states:::lambda:invoke.waitForTaskToken",
      "arn:aws:states:us-east-1:111111111111:activity:work",
      "arn:aws:states:::aws-sdk:rekognition:detectLabels",
      "arn:aws:states:::aws-sdk:s3:deleteEverything",
      "toString",
    ]) {
      expect(task({ Resource }), Resource).toEqual([
        expect.stringContaining(`/States/S/Resource: Resource ${Resource}`),
      ]);
      expect(task({ Resource })[0]).toContain("not supported by the local cloud");
    }
    expect(task({ Arguments: { FunctionName: "f", InvocationType: "Event" } })).toHaveLength(1);
    expect(task({ Arguments: { FunctionNam: "f" } })[0]).toContain("lambda:invoke has no argument FunctionNam");
  });

  it("with fields of distributed Maps it does not run", () => {
    const ItemProcessor = { StartAt: "I", States: { I: { Type: "Succeed" } } };
    for (const field of ["ItemReader", "ItemBatcher", "ResultWriter"]) {
      expect(state({ Type: "Map", ItemProcessor, [field]: {} })).toEqual([
        `/States/S/${field}: Field '${field}' (not supported by the local cloud)`,
      ]);
    }
  });

  it.each([
    [{ TimeoutSeconds: 0 }, 1],
    [{ TimeoutSeconds: 1.5 }, 1],
    [{ TimeoutSeconds: "5" }, 1],
    [{ TimeoutSeconds: 10, HeartbeatSeconds: 10 }, 1],
    [{ Retry: [{ ErrorEquals: [] }] }, 1],
    [{ Retry: [{ ErrorEquals: ["States.ALL", "A"] }] }, 1],
    [{ Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["A"] }] }, 1],
    [{ Retry: [{ ErrorEquals: ["A"], IntervalSeconds: 0 }] }, 1],
    [{ Retry: [{ ErrorEquals: ["A"], BackoffRate: 0.5 }] }, 1],
    [{ Retry: [{ ErrorEquals: ["A"], MaxAttempts: -1 }] }, 1],
    [{ Retry: [{ ErrorEquals: ["A"], IntervalSeconds: 5, MaxDelaySeconds: 5 }] }, 1],
    [{ Retry: [{ ErrorEquals: ["A"], JitterStrategy: "SOME" }] }, 1],
    [{ Retry: [{ ErrorEquals: ["A"], MaxAttempt: 3 }] }, 1],
    [{ Retry: { ErrorEquals: ["A"] } }, 1],
    [{ Catch: [{ ErrorEquals: ["A"], Next: "Nowhere" }] }, 1],
    [{ Catch: ["S"] }, 1],
    [{ TimeoutSeconds: 10, HeartbeatSeconds: 9, Retry: [{ ErrorEquals: ["A"], MaxAttempts: 0 }] }, 0],
  ])("with %j: %i problems", (fields, count) => {
    expect(task(fields)).toHaveLength(count);
  });

  it.each([
    [{}, ["/: These fields are required: [StartAt, States]"]],
    [{ StartAt: "S", States: {} }, ["/States: Value must be an object with at least one state"]],
    [{ StartAt: "S", States: { S: null } }, ["/States/S: State must be an object"]],
    [
      { StartAt: "S", States: { S: { Type: "Succeed" } }, QueryLanguage: "SQL" },
      expect.arrayContaining([expect.stringContaining("/QueryLanguage:")]),
    ],
    [{ StartAt: "S", States: { S: { Type: "Succeed" } }, Timeout: 5 }, ["/Timeout: Field 'Timeout' is not supported"]],
    [
      { StartAt: "S", States: { S: { Type: "Succeed" } }, TimeoutSeconds: -5 },
      [expect.stringContaining("/TimeoutSeconds:")],
    ],
  ])("when it is %j", (definition, problems) => {
    expect(check(definition)).toEqual(problems);
  });

  it("in JSONPath, with a path or function that is none", () => {
    const path = (fields: object) => state({ QueryLanguage: undefined, ...fields }, { QueryLanguage: "JSONPath" });
    expect(path({ Type: "Pass", Parameters: { "a.$": "$.x[", "b.$": "States.Nothing(1)", c: "$.literal" } })).toEqual([
      '/States/S/Parameters/a.$: Value is not a path or an intrinsic function: "$.x["',
      '/States/S/Parameters/b.$: Value is not a path or an intrinsic function: "States.Nothing(1)"',
    ]);
    expect(path({ Type: "Pass", InputPath: "x" })).toHaveLength(1);
    expect(
      path({ Type: "Choice", End: undefined, Choices: [{ Variable: "$.x", StringEqual: "a", Next: "S" }] }),
    ).toEqual(["/States/S/Choices/0: A rule must have exactly one comparison operator"]);
  });

  it("names the machine and every problem in AWS's words", () => {
    const definition = { StartAt: "S", States: { S: { Type: "Wait", Timestamp: "soon", End: true } } };
    const machine = { name: "ingest", arn: machineArn(), roleArn: ROLE, type: "STANDARD" as const, definition };
    expect(() => validate(machine, find)).toThrow(
      "state machine ingest: Invalid State Machine Definition: " +
        "'SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/S/Timestamp'",
    );
    expect(() => validate({ ...machine, type: "EXPRESS" }, find)).toThrow("Express workflows are not supported");
  });
});
