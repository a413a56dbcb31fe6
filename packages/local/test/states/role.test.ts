import { describe, expect, it } from "vitest";
import { createLab, type LabOptions, ROLE, TestJobs } from "./harness.ts";

const pass = { QueryLanguage: "JSONata", StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } };
const Encode = {
  Type: "Task",
  Resource: "arn:aws:states:::mediaconvert:createJob.sync",
  Arguments: { Settings: {} },
  End: true,
};
const inner = { StartAt: "Encode", States: { Encode } };
const encoding = (state: object) => ({ QueryLanguage: "JSONata", StartAt: "One", States: { One: state } });
const logDestination = "arn:aws:logs:us-east-1:111111111111:log-group:/machine:*";

const refusal = async (options: LabOptions) => {
  const error: Error | undefined = await createLab({ jobs: new TestJobs(), ...options }).then(
    (lab) => lab.close().then(() => undefined),
    (error) => error,
  );
  return error?.message;
};

describe("a state machine's role", () => {
  it("must be one that Step Functions may take on", async () => {
    expect(await refusal({ definition: pass, denied: ["sts:AssumeRole"] })).toBe(
      "state machine machine: AccessDeniedException: Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role. (no trust)",
    );
  });

  it.each([
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
  ])("needs %s where executions are logged", async (action) => {
    expect(await refusal({ definition: pass, logDestination, denied: [action] })).toMatch(
      `state machine machine: AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination (User: arn:aws:sts::111111111111:assumed-role/machine/machine is not authorized to perform: ${action} on resource: *`,
    );
    expect(await refusal({ definition: pass, denied: [action] })).toBeUndefined();
  });

  it.each([
    ["a state", encoding({ ...Encode })],
    ["a branch", encoding({ Type: "Parallel", Branches: [inner], End: true })],
    ["a map", encoding({ Type: "Map", Items: [1], ItemProcessor: inner, End: true })],
  ])("needs to make the rule that tells of the jobs %s waits for", async (_, definition) => {
    const rule = "arn:aws:events:us-east-1:111111111111:rule/StepFunctionsGetEventsForMediaConvertJobRule";
    for (const action of ["events:PutTargets", "events:PutRule", "events:DescribeRule"]) {
      const message = await refusal({ definition, denied: [action] });
      expect(message).toContain(`AccessDeniedException: '${ROLE}' is not authorized to create managed-rule.`);
      expect(message).toContain(`${action} on resource: ${rule}`);
    }
  });

  it("needs no rule for jobs that nothing waits for", async () => {
    const Resource = "arn:aws:states:::mediaconvert:createJob";
    expect(
      await refusal({ definition: encoding({ ...Encode, Resource }), denied: ["events:PutRule"] }),
    ).toBeUndefined();
  });
});
