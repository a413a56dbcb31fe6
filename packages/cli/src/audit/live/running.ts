import { CloudWatch, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { DynamoDB, paginateListTables } from "@aws-sdk/client-dynamodb";
import { Lambda, paginateListFunctions } from "@aws-sdk/client-lambda";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { all, camel, type Look } from "./look.ts";

export const RUNNING_LOOKS: Look[] = [
  {
    type: TYPE.function,
    actions: ["lambda:ListFunctions"],
    look: async ({ config, isOurs }) => {
      const client = new Lambda(config);
      const functions = await all(paginateListFunctions({ client }, {}), (page) => page.Functions);
      return functions
        .filter(({ FunctionName }) => isOurs(FunctionName!))
        .map(({ FunctionName, Runtime, Role, Timeout, MemorySize, Environment, DeadLetterConfig, LoggingConfig }) => ({
          name: FunctionName,
          runtime: Runtime,
          role: Role,
          timeout: Timeout,
          memorySize: MemorySize,
          // Names of variables are not ours to change.
          environment: { variables: Environment?.Variables ?? {} },
          ...(DeadLetterConfig && { deadLetterConfig: camel(DeadLetterConfig) }),
          ...(LoggingConfig && { loggingConfig: camel(LoggingConfig) }),
        }));
    },
  },
  {
    type: TYPE.table,
    actions: ["dynamodb:ListTables", "dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups"],
    look: async ({ config, isOurs }) => {
      const client = new DynamoDB(config);
      const names = await all(paginateListTables({ client }, {}), (page) => page.TableNames);
      return Promise.all(
        names.filter(isOurs).map(async (TableName) => {
          const { Table = {} } = await client.describeTable({ TableName });
          const { ContinuousBackupsDescription: backups } = await client.describeContinuousBackups({ TableName });
          const recovery = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED";
          return {
            name: TableName,
            billingMode: Table.BillingModeSummary?.BillingMode ?? "PROVISIONED",
            deletionProtectionEnabled: Table.DeletionProtectionEnabled ?? false,
            pointInTimeRecovery: { enabled: recovery },
          };
        }),
      );
    },
  },
  {
    type: TYPE.metricAlarm,
    actions: ["cloudwatch:DescribeAlarms"],
    look: async ({ config, isOurs }) => {
      const client = new CloudWatch(config);
      const alarms = await all(paginateDescribeAlarms({ client }, {}), (page) => page.MetricAlarms);
      return alarms
        .filter(({ AlarmName }) => isOurs(AlarmName!))
        .map((alarm) => ({
          name: alarm.AlarmName,
          alarmActions: alarm.AlarmActions,
          actionsEnabled: alarm.ActionsEnabled,
          threshold: alarm.Threshold,
          evaluationPeriods: alarm.EvaluationPeriods,
          treatMissingData: alarm.TreatMissingData,
          comparisonOperator: alarm.ComparisonOperator,
        }));
    },
  },
];
