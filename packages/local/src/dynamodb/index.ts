import type { Table } from "@dropclip/synth/cloud";
import { isLoopback } from "../lambda/runtime/loopback.ts";
import type { Service, World } from "../world.ts";
import { fail } from "./call.ts";
import { startDynoxide } from "./dynoxide.ts";
import { type Engine, keepAlive } from "./engine.ts";
import { handle } from "./handle.ts";
import { sweep } from "./sweep.ts";
import { prepareTables } from "./tables.ts";

export interface DynamoDbOptions {
  world: World;
  tables: Table[];
  /** The engine that is part of the project, or one that runs already on this machine. */
  engine: { kind: "dynoxide" } | { kind: "endpoint"; url: string };
}

export interface DynamoDb extends Service {
  /** Deletes the items whose time to live has passed by the clock; resolves with their number. */
  sweep(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * DynamoDB with the graph's tables. Rejects with one sentence when there is no engine for this machine, when the engine
 * does not answer, or when a table on disk is not what the graph describes.
 */
export async function createDynamoDb({ world, tables, engine: choice }: DynamoDbOptions): Promise<DynamoDb> {
  const engine = choice.kind === "dynoxide" ? await startDynoxide(world) : endpoint(choice.url);
  try {
    await prepareTables(engine, tables);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return {
    name: "dynamodb",
    handle: (call) => handle(world, tables, engine, call),
    fail,
    sweep: () => sweep(engine, tables, world.clock),
    stop: () => engine.stop(),
  };
}

function endpoint(url: string): Engine {
  if (!URL.canParse(url) || !isLoopback(new URL(url).hostname)) {
    throw new Error(`the DynamoDB engine must be an http URL on this machine, not ${url}`);
  }
  const agent = keepAlive();
  return { url: async () => url, agent, stop: async () => agent.destroy() };
}
