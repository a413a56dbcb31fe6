import type { EventBus, ExecutionStarter, FunctionInvoker, JobRunner } from "../ports.ts";
import { type JsonService, json } from "../protocol/json.ts";
import { serve } from "../protocol/service.ts";
import type { Service, World } from "../world.ts";
import { AwsError } from "../world.ts";
import type { StatesState } from "./context.ts";
import { createDialects } from "./dialects.ts";
import { Engine } from "./engine.ts";
import { createIntegrations } from "./integrations/index.ts";
import type { Integration } from "./integrations/integration.ts";
import { RETENTION_MS } from "./limits.ts";
import { report } from "./metrics.ts";
import { describeExecution } from "./operations/describe-execution.ts";
import { describeStateMachine } from "./operations/describe-state-machine.ts";
import { describeStateMachineForExecution } from "./operations/describe-state-machine-for-execution.ts";
import { getExecutionHistory } from "./operations/get-execution-history.ts";
import { listExecutions } from "./operations/list-executions.ts";
import { listStateMachines } from "./operations/list-state-machines.ts";
import { redriveExecution } from "./operations/redrive-execution.ts";
import { startExecution } from "./operations/start-execution.ts";
import { stopExecution } from "./operations/stop-execution.ts";
import { Records } from "./records.ts";
import { checkRole } from "./role.ts";
import { start } from "./start.ts";
import { publishStatus } from "./status-event.ts";
import type { Machine } from "./types.ts";
import { validate } from "./validate/index.ts";

const STATES: JsonService<StatesState> = {
  name: "states",
  protocol: json({
    version: "1.0",
    target: "AWSStepFunctions",
    unknown: (name) => new AwsError("UnknownOperationException", `Operation ${name} is not supported`),
    // Step Functions answers its own errors with 400, also the refusals of IAM.
    fault: ({ code, message, status }) => ({
      status: status >= 500 ? status : 400,
      body: { __type: code === "AccessDenied" ? "AccessDeniedException" : code, message },
    }),
  }),
  operations: {
    DescribeExecution: describeExecution,
    DescribeStateMachine: describeStateMachine,
    DescribeStateMachineForExecution: describeStateMachineForExecution,
    GetExecutionHistory: getExecutionHistory,
    ListExecutions: listExecutions,
    ListStateMachines: listStateMachines,
    RedriveExecution: redriveExecution,
    StartExecution: startExecution,
    StopExecution: stopExecution,
  },
};

export interface StatesParts {
  world: World;
  bus: EventBus;
  machines: Machine[];
  lambda: FunctionInvoker;
  jobs: JobRunner;
  /** At least 0, below 1: the jitter of retries and `$random`. */
  random?: () => number;
  /** How SDK integrations are called; over HTTP when not given. */
  sdk?: Integration;
  /** Asked before each transition; what it answers is waited for, as AWS holds an account to its quota of them. */
  pace?: () => Promise<void> | undefined;
}

export interface States extends Service, ExecutionStarter {
  /** Goes on with the executions that ran when the cloud last stopped; once, when all services are there. */
  resume(): void;
  /** Resolves once no state is worked on and no task is in flight; waits and retries do not count. */
  idle(): Promise<void>;
  /** Lets go of all executions, which go on at the next start. */
  stop(): Promise<void>;
}

/** Step Functions. Throws when a definition holds something it cannot run faithfully. */
export function createStates(parts: StatesParts): States {
  const { world, bus, machines, lambda, jobs, random = Math.random, sdk, pace } = parts;
  const find = createIntegrations(world, lambda, jobs, sdk);
  for (const machine of machines) {
    validate(machine, find);
    checkRole(world, machine, find);
  }
  const records = new Records(world.store);
  const chance = { random, uuid: world.uuid };
  const env = {
    ...chance,
    region: world.region,
    account: world.account,
    dialects: createDialects(chance),
    describeTask: (resource: string) => find(resource)!.describe(resource),
  };
  const publish: StatesState["publish"] = (execution) => {
    report(world, execution);
    publishStatus(bus, execution, world.clock.now());
  };
  const engine = new Engine({ world, records, env, find, ended: publish, pace });
  const state: StatesState = {
    world,
    records,
    engine,
    publish,
    machines: new Map(machines.map((machine) => [machine.arn, machine])),
    startedAt: world.clock.now(),
  };
  return {
    ...serve(STATES, state),
    start(machineArn, input, name = `${world.uuid()}_${world.uuid()}`) {
      const machine = state.machines.get(machineArn);
      if (!machine) throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${machineArn}'`);
      return { executionArn: start(state, machine, input, name).arn };
    },
    resume() {
      records.purge(world.clock.now() - RETENTION_MS);
      for (const execution of records.running()) if (!engine.runs(execution)) engine.begin(engine.load(execution));
    },
    idle: () => engine.idle(),
    async stop() {
      engine.stop();
    },
  };
}
