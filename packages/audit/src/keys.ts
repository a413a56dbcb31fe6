import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Resource } from "@dropclip/synth/graph";
import { ALSO } from "./types.ts";

/** The inputs that tell resources of a type apart; the name where nothing is said. */
const KEYS: Record<string, string[]> = {
  [TYPE.bucket]: ["bucket"],
  [TYPE.bucketPolicy]: ["bucket"],
  [TYPE.bucketCors]: ["bucket"],
  [TYPE.bucketLifecycle]: ["bucket"],
  [TYPE.bucketLogging]: ["bucket"],
  [TYPE.bucketNotification]: ["bucket"],
  [ALSO.accessBlock]: ["bucket"],
  [ALSO.ownership]: ["bucket"],
  [ALSO.bucketAcl]: ["bucket"],
  [ALSO.website]: ["bucket"],
  [TYPE.queuePolicy]: ["queueUrl"],
  [TYPE.target]: ["rule", "targetId"],
  [TYPE.rolePolicy]: ["role", "name"],
  [TYPE.rolePolicyAttachment]: ["role", "policyArn"],
  [ALSO.userPolicy]: ["user", "name"],
  [ALSO.userAttachment]: ["user", "policyArn"],
  [ALSO.accessKey]: ["user", "id"],
  [TYPE.apiAuthorizer]: ["apiId", "name"],
  [TYPE.apiIntegration]: ["apiId", "id"],
  [TYPE.apiRoute]: ["apiId", "routeKey"],
  [TYPE.apiStage]: ["apiId", "name"],
  [TYPE.distribution]: ["comment"],
  [TYPE.monitoringSubscription]: ["distributionId"],
  [TYPE.topicPolicy]: ["arn"],
  [TYPE.topicSubscription]: ["topic", "protocol", "endpoint"],
  [ALSO.eventBusPolicy]: ["eventBusName"],
  [TYPE.logDelivery]: ["deliverySourceName"],
  [TYPE.userGroup]: ["userPoolId", "name"],
  [TYPE.userPoolDomain]: ["domain"],
  [ALSO.loginBranding]: ["userPoolId", "clientId"],
  [ALSO.dashboard]: ["dashboardName"],
  [ALSO.functionUrl]: ["functionName"],
};

/** Names that SST draws: `dropclip-dev-ApiApi-csuzbcfv`. */
const DRAWN = /(-[A-Z]\w*)-[a-z]{8}$/;

/** A name without what SST drew at its end. */
export const stemOf = (name: string) => name.replace(DRAWN, "$1");

/** What a resource is known by, in the graph and in the account. */
export function keyOf({ type, id, inputs }: Pick<Resource, "type" | "id" | "inputs">): string | undefined {
  if (type === TYPE.permission) return permissionKey(inputs);
  const all: Record<string, unknown> = { id, ...inputs };
  const parts = (KEYS[type] ?? ["name"]).map((key) => all[key]);
  return parts.every((part) => part !== undefined) ? parts.map((part) => stemOf(String(part))).join("/") : undefined;
}

/** Statements have ids that are drawn; functions are named or given by their ARN. */
function permissionKey({ function: named, principal, action, sourceArn, sourceAccount }: Resource["inputs"]): string {
  const name = String(named).split(":").at(-1);
  return [name, principal, action, sourceArn ?? "anything", ...(sourceAccount ? [sourceAccount] : [])].join(" ");
}
