import { CloudWatch, paginateDescribeAlarms, paginateListDashboards } from "@aws-sdk/client-cloudwatch";
import { DynamoDB, paginateListTables } from "@aws-sdk/client-dynamodb";
import { type FunctionConfiguration, Lambda, paginateListFunctions } from "@aws-sdk/client-lambda";
import { paginateGetParametersByPath, SSM } from "@aws-sdk/client-ssm";
import { ALSO } from "@dropclip/audit/types";
import { DESCRIBED, TYPE } from "@dropclip/synth/from-graph/types";
import {
  type Around,
  all,
  camel,
  everywhere,
  type Found,
  gently,
  type Look,
  plain,
  shared,
  unlessAbsent,
} from "./look.ts";

const functions = shared(async ({ config, isOurs }: Around) => {
  const client = new Lambda(config);
  const found = await all(paginateListFunctions({ client }, {}), (page) => page.Functions);
  return found.filter(({ FunctionName }) => isOurs(FunctionName));
});

/** What each function has of something. */
async function ofEach(
  around: Around,
  ask: (client: Lambda, one: FunctionConfiguration) => Promise<Found[]>,
): Promise<Found[]> {
  const client = new Lambda(around.config);
  const found = (await functions(around)).map((one) => gently(() => ask(client, one)));
  return (await Promise.all(found)).flat();
}

/** What `aws.lambda.Permission` makes such a statement of. */
function permissionOf({ Action, Principal, Condition = {} }: Record<string, any>): Record<string, unknown> {
  const principal = typeof Principal === "string" ? Principal : (Principal.Service ?? Principal.AWS);
  const asked = Object.values(Condition).flatMap((keys) => Object.entries(keys as Record<string, string>));
  const keyed = (key: string) => asked.find(([name]) => name.toLowerCase() === key)?.[1];
  const [sourceArn, sourceAccount] = [keyed("aws:sourcearn"), keyed("aws:sourceaccount")];
  const principalOrgId = keyed("aws:principalorgid");
  return {
    action: Action,
    principal,
    ...(sourceArn && { sourceArn }),
    ...(sourceAccount && { sourceAccount }),
    ...(principalOrgId && { principalOrgId }),
  };
}

export const RUNNING_LOOKS: Look[] = [
  {
    type: TYPE.function,
    actions: ["lambda:ListFunctions"],
    look: async (around) =>
      (await functions(around)).map((one) => ({
        inputs: {
          name: one.FunctionName,
          runtime: one.Runtime,
          role: one.Role,
          timeout: one.Timeout,
          memorySize: one.MemorySize,
          architectures: one.Architectures,
          packageType: one.PackageType,
          // Names of variables are not ours to change.
          environment: { variables: one.Environment?.Variables ?? {} },
          ...(one.DeadLetterConfig && { deadLetterConfig: camel(one.DeadLetterConfig) }),
          ...(one.LoggingConfig && { loggingConfig: camel(one.LoggingConfig) }),
        },
        outputs: { arn: one.FunctionArn },
      })),
  },
  {
    type: TYPE.permission,
    actions: ["lambda:ListFunctions", "lambda:GetPolicy"],
    look: (around) =>
      ofEach(around, async (client, { FunctionName, FunctionArn }) => {
        const found = await unlessAbsent(client.getPolicy({ FunctionName }), "ResourceNotFoundException");
        const statements: any[] = found ? JSON.parse(found.Policy!).Statement : [];
        return statements.map((statement) => plain({ function: FunctionArn, ...permissionOf(statement) }));
      }),
  },
  {
    type: ALSO.functionUrl,
    actions: ["lambda:ListFunctions", "lambda:ListFunctionUrlConfigs"],
    look: (around) =>
      ofEach(around, async (client, { FunctionName }) => {
        const { FunctionUrlConfigs = [] } = await client.listFunctionUrlConfigs({ FunctionName });
        return FunctionUrlConfigs.map(({ AuthType, Cors }) =>
          plain({ functionName: FunctionName, authorizationType: AuthType, ...(Cors && { cors: camel(Cors) }) }),
        );
      }),
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
            inputs: {
              name: TableName,
              billingMode: Table.BillingModeSummary?.BillingMode ?? "PROVISIONED",
              deletionProtectionEnabled: Table.DeletionProtectionEnabled ?? false,
              pointInTimeRecovery: { enabled: recovery },
            },
            outputs: { arn: Table.TableArn },
          };
        }),
      );
    },
  },
  {
    type: TYPE.metricAlarm,
    actions: ["cloudwatch:DescribeAlarms"],
    look: async (around) => {
      const alarms = await everywhere(around, (config) =>
        all(paginateDescribeAlarms({ client: new CloudWatch(config) }, {}), (page) => page.MetricAlarms),
      );
      return alarms
        .filter(({ AlarmName }) => around.isOurs(AlarmName))
        .map((alarm) => ({
          inputs: {
            name: alarm.AlarmName,
            alarmActions: alarm.AlarmActions,
            actionsEnabled: alarm.ActionsEnabled,
            threshold: alarm.Threshold,
            evaluationPeriods: alarm.EvaluationPeriods,
            treatMissingData: alarm.TreatMissingData,
            comparisonOperator: alarm.ComparisonOperator,
          },
          outputs: { arn: alarm.AlarmArn },
        }));
    },
  },
  {
    type: DESCRIBED.dashboard,
    actions: ["cloudwatch:ListDashboards", "cloudwatch:GetDashboard"],
    look: async ({ config, isOurs }) => {
      const client = new CloudWatch(config);
      const found = await all(paginateListDashboards({ client }, {}), (page) => page.DashboardEntries);
      return Promise.all(
        found
          .filter(({ DashboardName }) => isOurs(DashboardName))
          .map(async ({ DashboardName }) => {
            const { DashboardBody: dashboardBody } = await client.getDashboard({ DashboardName });
            return plain({ dashboardName: DashboardName, dashboardBody });
          }),
      );
    },
  },
  {
    type: TYPE.parameter,
    actions: ["ssm:GetParametersByPath"],
    look: async ({ config, graph }) => {
      const client = new SSM(config);
      const pages = paginateGetParametersByPath({ client }, { Path: `/${graph.app}/${graph.stage}`, Recursive: true });
      // What is encrypted stays so: without decryption its value says nothing.
      return (await all(pages, (page) => page.Parameters)).map(({ Name, Type, Value, ARN }) => ({
        id: Name!,
        inputs: { name: Name, type: Type, ...(Type !== "SecureString" && { value: Value }) },
        outputs: { arn: ARN },
      }));
    },
  },
];
