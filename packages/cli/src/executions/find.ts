import type { DescribeExecutionCommandOutput } from "@aws-sdk/client-sfn";
import { CliError } from "../errors.ts";
import type { States } from "./client.ts";

/** The most matches that are listed when a prefix fits several executions. */
const NAMED = 3;

/** The execution with that ARN, name, or unique beginning of a name. */
export async function findExecution(states: States, id: string): Promise<DescribeExecutionCommandOutput> {
  const found = id.startsWith("arn:") ? await states.describe(id) : await findByName(states, id);
  if (!found) throw new CliError(`there is no execution ${id}`);
  return found;
}

async function findByName(states: States, id: string): Promise<DescribeExecutionCommandOutput | undefined> {
  const matches: { name: string; executionArn: string }[] = [];
  for await (const machine of states.machines()) {
    for await (const { name, executionArn } of states.list(machine)) {
      if (name === id) return states.describe(executionArn!);
      if (name?.startsWith(id)) matches.push({ name, executionArn: executionArn! });
    }
  }
  if (matches.length <= 1) return matches[0] && states.describe(matches[0].executionArn);
  const named = matches.slice(0, NAMED).map(({ name }) => name);
  if (matches.length > NAMED) named.push(`${matches.length - NAMED} more`);
  throw new CliError(`${matches.length} executions begin with ${id}: ${named.join(", ")}`);
}
