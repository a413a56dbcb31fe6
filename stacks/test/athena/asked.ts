import { existsSync, globSync } from "node:fs";
import type { Query } from "@dropclip/synth/query";
import { DuckDBInstance } from "@duckdb/node-api";

/** What Athena's SQL (Trino's) says in other words than DuckDB's. All else in the saved queries is the same in both. */
const TRINO = [
  "create macro regexp_like(text, pattern) as regexp_matches(text, pattern)",
  // The same signs for year, month, day and hour.
  "create macro date_format(moment, format) as strftime(moment, format)",
];
const atTime = (query: string, nowMs: number) =>
  query.replaceAll("current_timestamp", `timestamp '${new Date(nowMs).toISOString().slice(0, 19).replace("T", " ")}'`);

const HOUR_MS = 60 * 60 * 1000;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/**
 * What the saved query of that name answers at that time, over the objects that lie in `directory` by bucket and key:
 * found by the projection of the deployed table and read through its columns.
 */
export async function asked(stacks: Query, name: string, directory: string, nowMs: number) {
  const { query, database } = stacks.get("NamedQuery", name).inputs;
  const table = stacks.get("CatalogTable", "EdgeTable").inputs;
  if (table.databaseName !== database) throw new Error(`${name} asks another database`);
  const duck = await (await DuckDBInstance.create()).connect();
  for (const macro of TRINO) await duck.run(macro);
  await duck.run(`create view ${table.name} as ${reading(table, directory, nowMs)}`);
  const answer = await duck.runAndReadAll(atTime(query, nowMs));
  duck.closeSync();
  return answer.getRowObjectsJson();
}

/** As Athena reads the table: each partition's folder that is there, each object in it once, each line by the SerDe. */
function reading(table: any, directory: string, nowMs: number): string {
  const { columns, serDeInfo } = table.storageDescriptor;
  const keys: string[] = serDeInfo.parameters.paths.split(",");
  const values = columns.map(({ name }: { name: string }) => {
    // The SerDe has names in lower case, those of the lines too.
    const key = keys.find((one) => one.toLowerCase() === name);
    return `json ->> ${text(`$."${key}"`)} as "${name}"`;
  });
  const parts = projected(table.parameters, nowMs).flatMap(({ distribution, hour }) => {
    const folder = located(table.parameters["storage.location.template"], { distribution, hour }, directory);
    if (!existsSync(folder)) return [];
    const files = globSync(`${folder}*`).map(text);
    const place = `${text(distribution)} as distribution, ${text(hour)} as hour`;
    return [`select ${[...values, place].join(", ")} from read_ndjson_objects([${files}])`];
  });
  if (parts.length === 0) throw new Error("no log lies where the table looks for it");
  return parts.join(" union all ");
}

function located(template: string, values: Record<string, string>, directory: string): string {
  const location = template.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name]!);
  if (!/^s3:\/\/.*\/$/.test(location)) throw new Error(`${location} is no folder of a bucket`);
  return location.replace("s3:/", directory);
}

/** Partitions that Athena takes for granted (AWS: Partition projection, enum and date types). */
function projected(parameters: Record<string, string>, nowMs: number) {
  const of = (column: string, setting: string) => parameters[`projection.${column}.${setting}`] ?? "";
  const [, days] = /^NOW-(\d+)DAYS,NOW$/.exec(of("hour", "range"))!;
  const known = ["enum", "date", "yyyy/MM/dd/HH", "1", "HOURS", "true"];
  const said = [
    ...[of("distribution", "type"), of("hour", "type"), of("hour", "format")],
    ...[of("hour", "interval"), of("hour", "interval.unit"), parameters["projection.enabled"]],
  ];
  if (said.join() !== known.join()) throw new Error(`not a projection that is known here: ${said}`);
  const hours = Array.from({ length: Number(days) * 24 + 1 }, (_, ago) =>
    new Date(nowMs - ago * HOUR_MS).toISOString().slice(0, 13).replaceAll(/[-T]/g, "/"),
  );
  return of("distribution", "values")
    .split(",")
    .flatMap((distribution) => hours.map((hour) => ({ distribution, hour })));
}
