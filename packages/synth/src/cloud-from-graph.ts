import type { Cloud } from "./cloud.ts";
import { apis } from "./from-graph/apigateway.ts";
import { distributions } from "./from-graph/cloudfront.ts";
import { alarms } from "./from-graph/cloudwatch.ts";
import { userPools } from "./from-graph/cognito.ts";
import { tables } from "./from-graph/dynamodb.ts";
import { rules } from "./from-graph/events.ts";
import { ownPolicies, roles } from "./from-graph/iam.ts";
import { checkTypes } from "./from-graph/ignored.ts";
import { functions, permissions } from "./from-graph/lambda.ts";
import { Reader } from "./from-graph/reader.ts";
import { buckets } from "./from-graph/s3.ts";
import { settings } from "./from-graph/settings.ts";
import { topics } from "./from-graph/sns.ts";
import { queues } from "./from-graph/sqs.ts";
import { parameters } from "./from-graph/ssm.ts";
import { stateMachines } from "./from-graph/states.ts";
import type { Graph } from "./graph.ts";

/**
 * The resources of a graph that the local cloud runs. Throws an Error of one line that names the resource when the
 * graph holds a type or a setting that would be ignored, or a reference that leads nowhere.
 */
export function cloud(graph: Graph): Cloud {
  if (graph.dev)
    throw new Error("the local cloud runs a graph as deployed, not one of sst dev, whose functions are bridges");
  checkTypes(graph);
  try {
    return read(new Reader(graph));
  } catch (error) {
    // A member of the wrong shape: Pulumi's types forbid it in the stacks, but an edited file can contain it.
    if (error instanceof TypeError) throw new Error(`the graph is not what the stacks would give: ${error.message}`);
    throw error;
  }
}

function read(reader: Reader): Cloud {
  const { app, stage, account, region } = reader.graph;
  return {
    app,
    stage,
    account,
    region,
    buckets: buckets(reader),
    tables: tables(reader),
    roles: roles(reader),
    managedPolicies: ownPolicies(reader),
    functions: functions(reader),
    permissions: permissions(reader),
    queues: queues(reader),
    rules: rules(reader),
    stateMachines: stateMachines(reader),
    apis: apis(reader),
    distributions: distributions(reader),
    userPools: userPools(reader),
    parameters: parameters(reader),
    alarms: alarms(reader),
    topics: topics(reader),
    settings: settings(reader),
  };
}
