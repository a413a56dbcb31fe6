import { TYPE } from "@dropclip/synth/from-graph/types";
import type { JsonOperation } from "../protocol/json.ts";
import { AwsError } from "../world.ts";
import { arnOf, type DynamoDbState, plainNames } from "./forward.ts";

/**
 * As the graph asks for it; nothing is kept here. AWS's API reference, DescribeContinuousBackups: continuous backups
 * are on for every table.
 */
export const describeContinuousBackups: JsonOperation<DynamoDbState> = (
  { world, tables, settings },
  body,
  { principal },
) => {
  plainNames(world, body);
  const name = body.TableName;
  world.authorize(principal, "dynamodb:DescribeContinuousBackups", arnOf(world, tables, name, undefined));
  if (!tables.some((table) => table.name === name))
    throw new AwsError("TableNotFoundException", `Table not found: ${name}`);
  const recovery = settings.with(TYPE.table, "name", name)?.inputs.pointInTimeRecovery;
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: recovery?.enabled ? "ENABLED" : "DISABLED",
        ...(recovery?.enabled && { RecoveryPeriodInDays: recovery.recoveryPeriodInDays ?? 35 }),
      },
    },
  };
};
