import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLab, type Lab, machineArn, ROLE } from "./harness.ts";

const PAUSE = {
  QueryLanguage: "JSONata",
  StartAt: "Pause",
  States: { Pause: { Type: "Wait", Seconds: "{% $states.input.seconds %}", End: true } },
};

let lab: Lab;
beforeEach(async () => {
  lab = await createLab({ definition: PAUSE });
});
afterEach(() => lab.close());

const start = (more: object = {}) => lab.call("StartExecution", { stateMachineArn: machineArn(), ...more });

describe("StartExecution", () => {
  it("answers the execution's ARN and start, and gives a name when there is none", async () => {
    const answer = await start({ input: '{ "seconds": 1 }' });
    expect(answer.executionArn).toMatch(/^arn:aws:states:us-east-1:111111111111:execution:machine:[0-9a-f-]{36}$/);
    expect(answer.startDate).toBe(lab.clock.now() / 1000);
    const described = await lab.describe(answer.executionArn);
    expect(described).toEqual({
      executionArn: answer.executionArn,
      stateMachineArn: machineArn(),
      name: answer.executionArn.split(":").at(-1),
      status: "RUNNING",
      startDate: answer.startDate,
      input: '{ "seconds": 1 }',
      inputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is RUNNING and cannot be redriven",
    });
  });

  it("gives the same answer to the same name and input while that execution runs", async () => {
    const request = { name: "once", input: '{"seconds":10}' };
    const first = await start(request);
    await lab.clock.advance(1000);
    expect(await start(request)).toEqual(first);
    expect((await lab.history(first.executionArn)).filter(({ type }) => type === "ExecutionStarted")).toHaveLength(1);
  });

  it("refuses the name with another input, and once the execution has ended", async () => {
    const { executionArn } = await start({ name: "once", input: '{"seconds":10}' });
    const taken = {
      code: "ExecutionAlreadyExists",
      status: 400,
      message: `Execution Already Exists: '${executionArn}'`,
    };
    await expect(start({ name: "once", input: '{"seconds":11}' })).rejects.toMatchObject(taken);
    await lab.finish(executionArn);
    await expect(start({ name: "once", input: '{"seconds":10}' })).rejects.toMatchObject(taken);
  });

  it("starts one execution when many ask for the same at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => start({ name: "once", input: '{"seconds":10}' })),
    );
    expect(new Set(answers.map(({ executionArn }) => executionArn)).size).toBe(1);
    const { executions } = await lab.call("ListExecutions", { stateMachineArn: machineArn() });
    expect(executions).toHaveLength(1);
  });

  it.each(["a b", "a/b", "a:b", "a*", "a\u0001", "ä$", "{x}", 'q"', "a\\b", "a,b"])(
    "refuses the name %j",
    async (name) => {
      await expect(start({ name })).rejects.toMatchObject({ code: "InvalidName", message: `Invalid Name: '${name}'` });
    },
  );

  it("refuses a name over 80 characters and takes one of 80", async () => {
    await expect(start({ name: "n".repeat(81) })).rejects.toMatchObject({ code: "ValidationException" });
    await expect(start({ name: "n".repeat(80), input: '{"seconds":1}' })).resolves.toBeDefined();
  });

  it.each(["{", "", "undefined", "{'a':1}"])("refuses the input %j", async (input) => {
    await expect(start({ input })).rejects.toMatchObject({ code: "InvalidExecutionInput", status: 400 });
  });

  it("takes an input of 256 KiB, counted as UTF-8, and none larger", async () => {
    const input = (bytes: number) => JSON.stringify({ seconds: 10, fill: "é".repeat((bytes - 24) / 2) });
    expect(Buffer.byteLength(input(256 * 1024))).toBe(256 * 1024);
    await expect(start({ input: input(256 * 1024) })).resolves.toBeDefined();
    await expect(start({ input: input(256 * 1024 + 2) })).rejects.toMatchObject({ code: "ValidationException" });
  });

  it("refuses a machine that is not there, and an ARN that is none", async () => {
    const ask = (stateMachineArn: unknown) => lab.call("StartExecution", { stateMachineArn });
    await expect(ask(machineArn("other"))).rejects.toMatchObject({ code: "StateMachineDoesNotExist" });
    await expect(ask("machine")).rejects.toMatchObject({ code: "InvalidArn" });
    await expect(ask(17)).rejects.toMatchObject({ code: "ValidationException" });
    await expect(ask(undefined)).rejects.toMatchObject({ code: "ValidationException" });
  });

  it("names an execution EventBridge starts with two UUIDs", () => {
    const { executionArn } = lab.states.start(machineArn(), '{"seconds":1}');
    expect(executionArn.split(":").at(-1)).toMatch(/^[0-9a-f-]{36}_[0-9a-f-]{36}$/);
    expect(() => lab.states.start(machineArn("other"), "{}")).toThrow(
      expect.objectContaining({ code: "StateMachineDoesNotExist" }),
    );
  });

  it("starts nothing when the caller's transaction is rolled back", async () => {
    expect(() =>
      lab.store.transaction(() => {
        lab.states.start(machineArn(), '{"seconds":1}', "undone");
        throw new Error("rolled back");
      }),
    ).toThrow("rolled back");
    await lab.settle();
    const { executions } = await lab.call("ListExecutions", { stateMachineArn: machineArn() });
    expect(executions).toEqual([]);
  });
});

describe("GetExecutionHistory", () => {
  let arn: string;
  beforeEach(async () => {
    arn = (await start({ input: '{"seconds":1}' })).executionArn;
    await lab.finish(arn);
  });

  const page = (more: object) => lab.call("GetExecutionHistory", { executionArn: arn, ...more });

  it("gives the events in AWS's shape", async () => {
    const { events, nextToken } = await page({});
    expect(nextToken).toBeUndefined();
    const timestamp = expect.any(Number);
    const input = '{"seconds":1}';
    const details = { truncated: false };
    expect(events).toEqual([
      {
        timestamp,
        type: "ExecutionStarted",
        id: 1,
        previousEventId: 0,
        executionStartedEventDetails: { input, inputDetails: details, roleArn: ROLE },
      },
      {
        timestamp,
        type: "WaitStateEntered",
        id: 2,
        previousEventId: 0,
        stateEnteredEventDetails: { name: "Pause", input, inputDetails: details },
      },
      {
        timestamp,
        type: "WaitStateExited",
        id: 3,
        previousEventId: 2,
        stateExitedEventDetails: { name: "Pause", output: input, outputDetails: details },
      },
      {
        timestamp,
        type: "ExecutionSucceeded",
        id: 4,
        previousEventId: 3,
        executionSucceededEventDetails: { output: input, outputDetails: details },
      },
    ]);
    expect(events[2].timestamp - events[1].timestamp).toBeCloseTo(1, 3);
  });

  it("pages forwards and backwards without gap or overlap", async () => {
    for (const reverseOrder of [false, true]) {
      const ids: number[] = [];
      let nextToken: string | undefined;
      do {
        const answer = await page({ reverseOrder, maxResults: 3, nextToken });
        ids.push(...answer.events.map(({ id }: { id: number }) => id));
        nextToken = answer.nextToken;
      } while (nextToken);
      expect(ids).toEqual(reverseOrder ? [4, 3, 2, 1] : [1, 2, 3, 4]);
    }
  });

  it("leaves the data out when it is not wanted", async () => {
    const { events } = await page({ includeExecutionData: false });
    expect(events[0].executionStartedEventDetails).toEqual({ inputDetails: { truncated: false }, roleArn: ROLE });
    expect(events[2].stateExitedEventDetails).toEqual({ name: "Pause", outputDetails: { truncated: false } });
  });

  it("refuses a token of another question and a page of 1001", async () => {
    const { nextToken } = await page({ maxResults: 1 });
    const invalid = { code: "InvalidToken" };
    await expect(page({ reverseOrder: true, nextToken })).rejects.toMatchObject(invalid);
    await expect(page({ nextToken: "nonsense" })).rejects.toMatchObject(invalid);
    await expect(page({ nextToken: { an: "object" } })).rejects.toMatchObject(invalid);
    await expect(page({ maxResults: 1001 })).rejects.toMatchObject({ code: "ValidationException" });
    await expect(page({ maxResults: "3" })).rejects.toMatchObject({ code: "ValidationException" });
  });
});

describe("ListExecutions", () => {
  const list = (more: object = {}) => lab.call("ListExecutions", { stateMachineArn: machineArn(), ...more });
  const names = ({ executions }: { executions: { name: string }[] }) => executions.map(({ name }) => name);

  it("lists the newest first, in pages that new executions do not shift", async () => {
    for (const name of ["a", "b", "c"]) await start({ name, input: '{"seconds":100}' });
    const first = await list({ maxResults: 2 });
    expect(names(first)).toEqual(["c", "b"]);
    await start({ name: "d", input: '{"seconds":100}' });
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    expect(names(second)).toEqual(["a"]);
    expect(second.nextToken).toBeUndefined();
  });

  it("filters by status", async () => {
    const { executionArn } = await start({ name: "short", input: '{"seconds":1}' });
    await start({ name: "long", input: '{"seconds":100}' });
    await start({ name: "wrong", input: '{"seconds":-1}' });
    await lab.clock.advance(1500);
    expect(names(await list({ statusFilter: "RUNNING" }))).toEqual(["long"]);
    expect(names(await list({ statusFilter: "FAILED" }))).toEqual(["wrong"]);
    const { executions } = await list({ statusFilter: "SUCCEEDED" });
    const { startDate, stopDate } = await lab.describe(executionArn);
    const stateMachineArn = machineArn();
    expect(executions).toEqual([
      { executionArn, stateMachineArn, name: "short", status: "SUCCEEDED", startDate, stopDate, redriveCount: 0 },
    ]);
    await expect(list({ statusFilter: "DONE" })).rejects.toMatchObject({ code: "ValidationException" });
    await expect(list({ redriveFilter: "REDRIVEN" })).rejects.toMatchObject({ code: "ValidationException" });
  });
});

describe("StopExecution", () => {
  it("aborts with the caller's error and cause, and lets nothing of it go on", async () => {
    const { executionArn } = await start({ input: '{"seconds":100}' });
    await lab.clock.advance(3000);
    const answer = await lab.call("StopExecution", { executionArn, error: "Manual", cause: "enough" });
    expect(answer).toEqual({ stopDate: lab.clock.now() / 1000 });
    const described = await lab.describe(executionArn);
    expect(described).toMatchObject({ status: "ABORTED", error: "Manual", cause: "enough" });
    expect((await lab.history(executionArn)).at(-1)).toMatchObject({
      id: 3,
      type: "ExecutionAborted",
      previousEventId: 0,
      executionAbortedEventDetails: { error: "Manual", cause: "enough" },
    });
    expect(await lab.clock.skip()).toBe(false);
    expect(await lab.describe(executionArn)).toEqual(described);
  });

  it("says nothing of an error when none is given", async () => {
    const { executionArn } = await start({ input: '{"seconds":100}' });
    await lab.settle();
    await lab.call("StopExecution", { executionArn });
    const described = await lab.describe(executionArn);
    expect(described).not.toHaveProperty("error");
    expect(described).not.toHaveProperty("cause");
    expect((await lab.history(executionArn)).at(-1)).toMatchObject({ executionAbortedEventDetails: {} });
  });

  it("leaves an execution that has ended as it ended", async () => {
    const { executionArn } = await start({ input: '{"seconds":1}' });
    const before = await lab.finish(executionArn);
    expect(await lab.call("StopExecution", { executionArn })).toEqual({ stopDate: before.stopDate });
    expect(await lab.describe(executionArn)).toEqual(before);
  });
});

describe("state machines", () => {
  it("are described and listed", async () => {
    const described = await lab.call("DescribeStateMachine", { stateMachineArn: machineArn() });
    expect(described).toMatchObject({ name: "machine", status: "ACTIVE", type: "STANDARD", roleArn: ROLE });
    expect(JSON.parse(described.definition)).toEqual(PAUSE);
    const { stateMachines } = await lab.call("ListStateMachines");
    expect(stateMachines).toEqual([
      { stateMachineArn: machineArn(), name: "machine", type: "STANDARD", creationDate: described.creationDate },
    ]);
  });
});

describe("every call", () => {
  it("is authorised by its own action before anything is told", async () => {
    const { executionArn } = await start({ input: '{"seconds":1}' });
    const stateMachineArn = machineArn();
    const calls: [string, object][] = [
      ["StartExecution", { stateMachineArn }],
      ["ListExecutions", { stateMachineArn }],
      ["DescribeStateMachine", { stateMachineArn }],
      ["ListStateMachines", {}],
      ["DescribeExecution", { executionArn }],
      ["GetExecutionHistory", { executionArn }],
      ["StopExecution", { executionArn }],
      ["RedriveExecution", { executionArn }],
      ["DescribeStateMachineForExecution", { executionArn }],
      ["DescribeExecution", { executionArn: `${executionArn}-not-there` }],
    ];
    for (const [operation, input] of calls) {
      lab.denied.add(`states:${operation}`);
      await expect(lab.call(operation, input), operation).rejects.toMatchObject({
        code: "AccessDeniedException",
        status: 400,
        message: expect.stringContaining(`is not authorized to perform: states:${operation} on resource: `),
      });
      lab.denied.clear();
    }
    expect((await lab.describe(executionArn)).status).toBe("RUNNING");
  });

  it.each([
    "SendTaskSuccess",
    "SendTaskFailure",
    "SendTaskHeartbeat",
    "CreateStateMachine",
    "StartSyncExecution",
    "toString",
  ])("to %s is refused by name", async (operation) => {
    await expect(lab.call(operation)).rejects.toMatchObject({
      code: "UnknownOperationException",
      message: expect.stringContaining(operation),
    });
  });

  it.each(["", "{", "[]", "null", '"text"'])("with the body %j is answered, not dropped", async (body) => {
    await expect(lab.call("DescribeExecution", body as unknown as object)).rejects.toMatchObject({ status: 400 });
  });
});
