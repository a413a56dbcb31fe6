import type { Table } from "@dropclip/synth/cloud";
import { isLoopback } from "../lambda/runtime/loopback.ts";
import { type JsonService, json } from "../protocol/json.ts";
import { serve } from "../protocol/service.ts";
import { Settings } from "../settings.ts";
import { AwsError, type Service, type World } from "../world.ts";
import { describeContinuousBackups } from "./describe-continuous-backups.ts";
import { startDynoxide } from "./dynoxide.ts";
import { type Engine, keepAlive } from "./engine.ts";
import { fault } from "./errors.ts";
import { type DynamoDbState, forward } from "./forward.ts";
import { NEEDS } from "./needs.ts";
import { sweep } from "./sweep.ts";
import { prepareTables } from "./tables.ts";

const DYNAMODB: JsonService<DynamoDbState> = {
  name: "dynamodb",
  protocol: json({
    version: "1.0",
    target: "DynamoDB_20120810",
    unknown: (name) => new AwsError("UnknownOperationException", `${name} is not part of the local cloud's DynamoDB`),
    fault,
    checksum: true,
    emptyBody: false,
  }),
  operations: {
    ...Object.fromEntries(Object.entries(NEEDS).map(([name, needs]) => [name, forward(name, needs)])),
    DescribeContinuousBackups: describeContinuousBackups,
  },
};

export interface DynamoDbOptions {
  world: World;
  tables: Table[];
  /** What is described and changes no request. */
  settings?: Settings;
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
export async function createDynamoDb({
  world,
  tables,
  settings = new Settings(),
  engine: choice,
}: DynamoDbOptions): Promise<DynamoDb> {
  const engine = choice.kind === "dynoxide" ? await startDynoxide(world) : endpoint(choice.url);
  try {
    await prepareTables(engine, tables);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return {
    ...serve(DYNAMODB, { world, tables, settings, engine }),
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
