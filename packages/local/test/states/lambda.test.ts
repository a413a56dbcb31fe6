import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../../src/world.ts";
import { createLab, FunctionError, type Handler, type Lab, REGION } from "./harness.ts";

const ARN = "arn:aws:lambda:us-east-1:111111111111:function:work";

let lab: Lab;
afterEach(() => lab.close());

async function run(task: object, handlers: Record<string, Handler>, input: any = {}, deny?: string) {
  const Work = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true, ...task };
  lab = await createLab({ definition: { QueryLanguage: "JSONata", StartAt: "Work", States: { Work } }, handlers });
  if (deny) lab.denied.add(deny);
  const arn = lab.start(input, "run-1");
  return { arn, ...(await lab.finish(arn)) };
}

describe("lambda:invoke", () => {
  it("answers what AWS's Java SDK does, and names the call in its events", async () => {
    const Arguments = { FunctionName: ARN, Payload: { n: "{% $states.input.n %}" } };
    const { arn, output } = await run(
      { Arguments, TimeoutSeconds: 9, HeartbeatSeconds: 3 },
      { work: (event) => event },
      { n: 7 },
    );
    const result = JSON.parse(output);
    expect(Object.keys(result)).toEqual([
      "ExecutedVersion",
      "Payload",
      "SdkHttpMetadata",
      "SdkResponseMetadata",
      "StatusCode",
    ]);
    expect(result).toMatchObject({ ExecutedVersion: "$LATEST", Payload: { n: 7 }, StatusCode: 200 });
    expect(result.SdkHttpMetadata).toMatchObject({ HttpStatusCode: 200 });
    expect(result.SdkHttpMetadata.AllHttpHeaders["x-amzn-RequestId"]).toEqual([result.SdkResponseMetadata.RequestId]);
    expect((await lab.history(arn))[2]).toMatchObject({
      type: "TaskScheduled",
      taskScheduledEventDetails: {
        resourceType: "lambda",
        resource: "invoke",
        region: REGION,
        parameters: JSON.stringify({ FunctionName: ARN, Payload: { n: 7 } }),
        timeoutInSeconds: 9,
        heartbeatInSeconds: 3,
      },
    });
  });

  it.each([
    ["nothing", {}, {}],
    ["null", { Payload: null }, {}],
    ["a value", { Payload: [1, { two: 2 }] }, [1, { two: 2 }]],
    ["a text, which is the JSON itself", { Payload: '{"a":1}' }, { a: 1 }],
  ])("hands the function %s", async (_what, more, event) => {
    await run({ Arguments: { FunctionName: "work", ...more } }, { work: () => null });
    expect(lab.invocations).toEqual([{ name: "work", event }]);
  });

  it("refuses a text that is no JSON as Lambda does", async () => {
    const ended = await run({ Arguments: { FunctionName: "work", Payload: "no json" } }, { work: () => null });
    expect(ended).toMatchObject({ status: "FAILED", error: "Lambda.InvalidRequestContentException" });
    expect(lab.invocations).toEqual([]);
  });

  it("fails with the function's error type, the payload being the cause", async () => {
    const handlers = {
      work: () => {
        throw new FunctionError("Sandbox.Timedout", "Task timed out after 3.00 seconds");
      },
    };
    const { error, cause } = await run({ Arguments: { FunctionName: "work" } }, handlers);
    expect(error).toBe("Sandbox.Timedout");
    expect(JSON.parse(cause)).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: "Task timed out after 3.00 seconds",
      trace: [],
    });
  });

  it.each([
    ["TooManyRequestsException", 429, "Lambda.TooManyRequestsException"],
    ["ServiceException", 500, "Lambda.ServiceException"],
    ["SomethingNewException", 400, "Lambda.AWSLambdaException"],
  ])("names Lambda's own %s", async (code, status, name) => {
    const work = () => {
      throw new AwsError(code, "Rate Exceeded.", status);
    };
    const ended = await run({ Arguments: { FunctionName: "work" } }, { work });
    expect(ended.error).toBe(name);
    const tail = `Service: AWSLambda; Status Code: ${status}; Error Code: ${code}; Request ID: `;
    expect(ended.cause).toContain(`Rate Exceeded. (${tail}`);
  });

  it("asks IAM for the machine's role, and fails with AWSLambdaException when it may not", async () => {
    const ended = await run({ Arguments: { FunctionName: "work" } }, { work: () => 1 }, {}, "lambda:InvokeFunction");
    expect(ended.error).toBe("Lambda.AWSLambdaException");
    expect(ended.cause).toContain(
      "User: arn:aws:sts::111111111111:assumed-role/machine/run-1 is not authorized to perform: lambda:InvokeFunction on resource: " +
        ARN,
    );
    expect(ended.cause).toContain("Status Code: 403; Error Code: AccessDeniedException;");
    expect(lab.invocations).toEqual([]);
  });

  it("does not take a function of another account or region for its own", async () => {
    const FunctionName = "arn:aws:lambda:eu-west-1:222222222222:function:work";
    const ended = await run({ Arguments: { FunctionName } }, { work: () => 1 });
    expect(ended.error).toBe("Lambda.ResourceNotFoundException");
    expect(ended.cause).toContain(`Function not found: ${FunctionName}:$LATEST`);
  });

  it("fails without a function's name", async () => {
    const ended = await run({ Arguments: { Payload: 1 } }, {});
    expect(ended).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });
});

describe("a function's ARN as Resource", () => {
  it("hands over the arguments and takes the result as it is", async () => {
    const { arn, output } = await run(
      { Resource: ARN, Arguments: ["{% $states.input %}"] },
      { work: (event) => ({ got: event }) },
      5,
    );
    expect(output).toBe('{"got":[5]}');
    expect((await lab.history(arn)).slice(2, 5)).toMatchObject([
      { type: "LambdaFunctionScheduled", lambdaFunctionScheduledEventDetails: { resource: ARN, input: "[5]" } },
      { type: "LambdaFunctionStarted" },
      { type: "LambdaFunctionSucceeded", lambdaFunctionSucceededEventDetails: { output: '{"got":[5]}' } },
    ]);
  });
});
