import type { BusEvent } from "../ports.ts";
import type { Input, JsonOperation } from "../protocol/json.ts";
import { AwsError, type World } from "../world.ts";
import type { CompiledRule } from "./rules.ts";

/** What the operations work on. */
export interface EventsState {
  world: World;
  rules: CompiledRule[];
  /** Puts an event on the bus. */
  accept: (event: BusEvent) => void;
}

export type Operation = JsonOperation<EventsState>;

/** The ARN of the bus a caller names; there is only the default one. */
export function busArn({ world }: EventsState, name: unknown): string {
  const arn = `arn:aws:events:${world.region}:${world.account}:event-bus/default`;
  if (name === undefined || name === "default" || name === arn) return arn;
  throw new AwsError("ResourceNotFoundException", `Event bus ${String(name)} does not exist.`, 400);
}

export function ruleArn({ world }: EventsState, name: unknown): string {
  return `arn:aws:events:${world.region}:${world.account}:rule/${String(name)}`;
}

export function findRule(service: EventsState, name: unknown): CompiledRule {
  const found = service.rules.find(({ rule }) => rule.name === name);
  if (found) return found;
  const message = `Rule ${String(name)} does not exist on EventBus default.`;
  throw new AwsError("ResourceNotFoundException", message, 400);
}

/** A page of a list; the token is the index the next one starts at. */
export function page<T>(items: T[], input: Input): { items: T[]; NextToken?: string } {
  const limit = input.Limit ?? 100;
  const start = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw new AwsError("ValidationException", `Limit ${limit} must be between 1 and 100`, 400);
  if (!Number.isInteger(start) || start < 0)
    throw new AwsError("ValidationException", "The NextToken is not valid.", 400);
  const end = start + limit;
  return { items: items.slice(start, end), ...(end < items.length ? { NextToken: String(end) } : {}) };
}
