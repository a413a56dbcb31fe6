import type { JsonOperation } from "../protocol/json.ts";
import { AwsError, type Principal, type World } from "../world.ts";
import type { Engine } from "./engine.ts";
import type { Records } from "./records.ts";
import type { Execution, Json, Machine } from "./types.ts";

/** What the operations work on. */
export interface StatesState {
  world: World;
  records: Records;
  engine: Engine;
  /** By ARN. */
  machines: Map<string, Machine>;
  startedAt: number;
  publish(execution: Execution): void;
}

export type Operation = JsonOperation<StatesState>;

export function requiredText(input: Record<string, Json>, name: string): string {
  const value = input[name];
  if (typeof value === "string" && value !== "") return value;
  throw validation(
    `Value ${JSON.stringify(value ?? null)} at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

export function optionalText(input: Record<string, Json>, name: string, most: number): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string")
    throw validation(`Value at '${name}' failed to satisfy constraint: Member must be a string`);
  if (value.length > most) {
    throw validation(
      `Value at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
    );
  }
  return value;
}

export function validation(text: string): AwsError {
  return new AwsError("ValidationException", `1 validation error detected: ${text}`);
}

const EXECUTION_ARN = /^arn:aws:states:[^:]*:\d{12}:execution:[^:]+:[^:]+$/;
const MACHINE_ARN = /^arn:aws:states:[^:]*:\d{12}:stateMachine:[^:]+$/;

/** The execution an operation is about, once the caller may do `action` on it. */
export function executionOf(
  service: StatesState,
  input: Record<string, Json>,
  principal: Principal,
  action: string,
): Execution {
  const arn = requiredText(input, "executionArn");
  if (!EXECUTION_ARN.test(arn)) throw new AwsError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  service.world.authorize(principal, action, arn);
  const stored = service.records.find(arn);
  if (!stored) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  return stored;
}

/** The state machine an operation is about, once the caller may do `action` on it. */
export function machineOf(
  service: StatesState,
  input: Record<string, Json>,
  principal: Principal,
  action: string,
): Machine {
  const arn = requiredText(input, "stateMachineArn");
  if (!MACHINE_ARN.test(arn)) throw new AwsError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  service.world.authorize(principal, action, arn);
  const machine = service.machines.get(arn);
  if (!machine) throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  return machine;
}
