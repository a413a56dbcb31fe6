import { AwsError } from "../world.ts";
import { type StatesState, validation } from "./context.ts";
import { Run } from "./interpreter/run.ts";
import { DATA_BYTES, NAME_LENGTH, sizeOf } from "./limits.ts";
import type { Definition, Execution, Machine } from "./types.ts";

/** Begins an execution; durable when it returns, within the caller's transaction when there is one. */
export function start(service: StatesState, machine: Machine, input: string, name: string): Execution {
  checkName(name);
  checkInput(input);
  const { world, records } = service;
  const arn = executionArn(machine, name);
  return world.store.transaction(() => {
    const known = records.find(arn);
    if (known) {
      // The same request again, while it runs, gets the same answer.
      if (known.status === "RUNNING" && known.input === input) return known;
      throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    }
    return create(service, machine, input, name, arn);
  });
}

export function executionArn({ arn }: Machine, name: string): string {
  return `${arn.replace(":stateMachine:", ":execution:")}:${name}`;
}

function create(service: StatesState, machine: Machine, input: string, name: string, arn: string): Execution {
  const { world, records, engine } = service;
  const definition = machine.definition as unknown as Definition;
  const startedAt = world.clock.now();
  const execution = records.create({
    arn,
    machineArn: machine.arn,
    machineName: machine.name,
    name,
    roleArn: machine.roleArn,
    definition: records.keepDefinition(definition),
    status: "RUNNING",
    startedAt,
    stoppedAt: null,
    input,
    output: null,
    error: null,
    cause: null,
    redriveCount: 0,
    redrivenAt: null,
    deadline: definition.TimeoutSeconds === undefined ? null : startedAt + definition.TimeoutSeconds * 1000,
    lastEventId: 0,
    serial: 0,
  });
  const run = new Run(execution, definition, [], () => world.clock.now());
  run.append("ExecutionStarted", 0, {
    executionStartedEventDetails: { input, inputDetails: { truncated: false }, roleArn: machine.roleArn },
  });
  run.spawn(null, 0, [], JSON.parse(input));
  records.save(run);
  run.saved();
  service.publish(execution);
  world.store.afterCommit(() => engine.begin(run));
  return execution;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the API forbids them by code point
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

function checkName(name: string) {
  if (name.length > NAME_LENGTH) {
    const limit = `Member must have length less than or equal to ${NAME_LENGTH}`;
    throw validation(`Value '${name}' at 'name' failed to satisfy constraint: ${limit}`);
  }
  if (name === "" || FORBIDDEN.test(name)) throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
}

function checkInput(input: string) {
  if (sizeOf(input) > DATA_BYTES) {
    const limit = `Member must have length less than or equal to ${DATA_BYTES}`;
    throw validation(`Value at 'input' failed to satisfy constraint: ${limit}`);
  }
  try {
    JSON.parse(input);
  } catch (error) {
    throw new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${(error as Error).message}'`);
  }
}
