import { describe, expect, it } from "vitest";
import { createIntegrations } from "../../src/states/integrations/index.ts";
import { validateDefinition } from "../../src/states/validate/index.ts";
import type { World } from "../../src/world.ts";
import { type Case, casesOf, differences, present } from "./corpus.ts";
import { ACCOUNT, REGION } from "./harness.ts";

const TOKEN = "waitForTaskToken is not supported";
const REDRIVE_COUNT = "recorded before AWS put RedriveCount into the context object, which newer cases have";

/** Every case that does not come out as on AWS, and why. A case on this list that does fails the test. */
const OUT: Record<string, string> = {
  "timeouts.heartbeats/test_heartbeat_timeout": TOKEN,
  "timeouts.heartbeats/test_heartbeat_path_timeout": TOKEN,
  "timeouts.heartbeats/test_heartbeat_no_timeout": TOKEN,
  "scenarios.base_scenarios/test_invalid_jsonpath[ST.INVALID_JSONPATH_IN_HEARTBEATSECONDSPATH]": TOKEN,
  "scenarios.base_scenarios/test_lambda_invoke_with_retry_extended_input": REDRIVE_COUNT,
  "scenarios.base_scenarios/test_lambda_service_invoke_with_retry_extended_input": REDRIVE_COUNT,
  "timeouts.timeouts/test_service_lambda_map_timeout":
    "four tasks time out at the same moment: here the first one aborts the others before they time out as well",
};

const EXPRESS = "Express workflows are not supported";
const OUTCOME_OUT: Record<string, string> = {
  "express.express_async/test_base[BASE_RAISE_FAILURE]": EXPRESS,
  "express.express_async/test_catch": EXPRESS,
  "express.express_async/test_retry": EXPRESS,
  "express.express_sync/test_base[BASE_PASS_RESULT]": EXPRESS,
  "express.express_sync/test_query_runtime_memory": EXPRESS,
  "express.express_sync/test_catch": EXPRESS,
  "express.express_sync/test_retry": EXPRESS,
};

const NO_TEXT = "definitions come parsed from the graph, never as text";
const CHECKS_OUT: Record<string, string> = {
  "sfn_api_validation/test_validate_state_machine_definition_not_a_definition[EMPTY_STRING]": NO_TEXT,
  "sfn_api_validation/test_validate_state_machine_definition_not_a_definition[NOT_A_DEF]": NO_TEXT,
  "sfn_api_validation/test_validate_state_machine_definition_type_express[ILLEGAL_WFTT]": EXPRESS,
};

describe.runIf(present)("executions recorded on AWS", () => {
  const cases: Case[] = casesOf(".");

  it("are all there", () => {
    const known = new Set(cases.map(({ id }) => id));
    expect(cases.length).toBe(297);
    expect(Object.keys(OUT).filter((id) => !known.has(id))).toEqual([]);
  });

  it.each(cases.filter(({ id }) => !(id in OUT)))("have the history of $id", async (testCase) => {
    expect(await differences(testCase)).toEqual([]);
  });

  it.each(cases.filter(({ id }) => id in OUT))("differ in $id, as listed", async (testCase) => {
    expect(await differences(testCase)).not.toEqual([]);
  });
});

describe.runIf(present)("outcomes recorded on AWS", () => {
  const cases: Case[] = casesOf("outcome-only");

  it.each(cases.filter(({ id }) => !(id in OUTCOME_OUT)))("are those of $id", async (testCase) => {
    expect(await differences(testCase)).toEqual([]);
  });

  it.each(cases.filter(({ id }) => id in OUTCOME_OUT))("differ in $id, as listed", async (testCase) => {
    expect(await differences(testCase)).toEqual([expect.stringContaining("Express workflows are not supported")]);
  });
});

describe.runIf(present)("definitions checked on AWS", () => {
  const find = createIntegrations({ account: ACCOUNT, region: REGION } as World, {} as never, {} as never);
  const cases = casesOf("definition-checks").filter(({ id }) => !(id in CHECKS_OUT));

  it.each(cases)("are judged as there in $id", ({ definition, definitionText, expected }) => {
    const problems = validateDefinition(definition ?? JSON.parse(definitionText), find);
    if (expected.error) {
      const [{ code, message, location }] = problems as [any];
      expect(`Invalid State Machine Definition: '${code}: ${message} at ${location}'`).toBe(expected.message);
    } else {
      const told = problems.map((problem) => ({ ...problem, severity: "ERROR" }));
      expect(told).toEqual(expected.diagnostics);
    }
  });

  it("knows which cases cannot be asked", () => {
    expect(Object.keys(CHECKS_OUT)).toHaveLength(casesOf("definition-checks").length - cases.length);
  });
});
