import type { Table, TableIndex } from "@dropclip/synth/cloud";
import { ask, type Engine, EngineError } from "./engine.ts";

/** Creates the tables that are missing. Rejects with one sentence when one that exists is not what the graph says. */
export async function prepareTables(engine: Engine, tables: Table[]) {
  for (const table of tables) {
    const existing = await describe(engine, table.name);
    if (!existing) await create(engine, table);
    else refuseDifference(table, existing);
  }
}

async function describe(engine: Engine, name: string): Promise<Shape | undefined> {
  try {
    const { Table } = await ask(engine, "DescribeTable", { TableName: name });
    const { TimeToLiveDescription: ttl } = await ask(engine, "DescribeTimeToLive", { TableName: name });
    return {
      keys: Table.KeySchema.map(keyText(Table.AttributeDefinitions)),
      indexes: (Table.GlobalSecondaryIndexes ?? []).map(
        (index: any) =>
          `${index.IndexName} (${index.KeySchema.map(keyText(Table.AttributeDefinitions))}) ${projectionText(index.Projection)}`,
      ),
      ttl: ttl?.TimeToLiveStatus === "ENABLED" ? ttl.AttributeName : undefined,
    };
  } catch (error) {
    if (error instanceof EngineError && error.type === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

async function create(engine: Engine, table: Table) {
  await ask(engine, "CreateTable", {
    TableName: table.name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: definitions(table),
    KeySchema: keySchema(table),
    ...(table.indexes.length > 0
      ? {
          GlobalSecondaryIndexes: table.indexes.map((index) => ({
            IndexName: index.indexName,
            KeySchema: keySchema(index),
            Projection: projection(index),
          })),
        }
      : {}),
    ...(table.streamViewType
      ? { StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType } }
      : {}),
  });
  if (table.ttlAttribute) {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: table.ttlAttribute };
    await ask(engine, "UpdateTimeToLive", { TableName: table.name, TimeToLiveSpecification });
  }
}

/** What makes two tables different, as texts a message can show. */
interface Shape {
  keys: string[];
  indexes: string[];
  ttl: string | undefined;
}

function refuseDifference(table: Table, existing: Shape) {
  const wanted: Shape = {
    keys: keySchema(table).map(keyText(definitions(table))),
    indexes: table.indexes.map(
      (index) =>
        `${index.indexName} (${keySchema(index).map(keyText(definitions(table)))}) ${projectionText(projection(index))}`,
    ),
    ttl: table.ttlAttribute,
  };
  const show = ({ keys, indexes, ttl }: Shape) =>
    `keys ${keys}; indexes ${indexes.toSorted().join(", ") || "none"}; time to live ${ttl ?? "none"}`;
  if (show(wanted) === show(existing)) return;
  throw new Error(
    `the local table ${table.name} is not the one the graph describes (${show(existing)}, wanted ${show(wanted)}): start with --fresh to empty the local data`,
  );
}

function keySchema({ hashKey, rangeKey }: Table | TableIndex) {
  const range = rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" }] : [];
  return [{ AttributeName: hashKey, KeyType: "HASH" }, ...range];
}

function definitions({ attributes }: Table) {
  return attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type }));
}

function projection(index: TableIndex) {
  if (!Array.isArray(index.projection)) return { ProjectionType: index.projection };
  return { ProjectionType: "INCLUDE", NonKeyAttributes: index.projection };
}

function keyText(attributes: { AttributeName: string; AttributeType: string }[]) {
  return ({ AttributeName, KeyType }: { AttributeName: string; KeyType: string }) => {
    const type = attributes.find((attribute) => attribute.AttributeName === AttributeName)?.AttributeType;
    return `${KeyType.toLowerCase()} ${AttributeName} ${type}`;
  };
}

function projectionText({ ProjectionType, NonKeyAttributes }: { ProjectionType: string; NonKeyAttributes?: string[] }) {
  return NonKeyAttributes?.length ? `${ProjectionType} ${NonKeyAttributes.toSorted().join(" ")}` : ProjectionType;
}
