import type { Setting } from "../cloud.ts";
import type { Reader } from "./reader.ts";
import { DESCRIBED, TYPE } from "./types.ts";

/** Types whose descriptions hold more than any request depends on. */
const TYPES = [
  ...Object.values(DESCRIBED),
  ...[TYPE.api, TYPE.apiAuthorizer, TYPE.apiIntegration, TYPE.apiRoute, TYPE.apiStage],
  ...[TYPE.cachePolicy, TYPE.distribution, TYPE.monitoringSubscription, TYPE.originAccessControl],
  ...[TYPE.originRequestPolicy, TYPE.responseHeadersPolicy],
  ...[TYPE.logDelivery, TYPE.logDestination, TYPE.logSource],
  ...[TYPE.table, TYPE.userPoolDomain],
];

/** What only calls that describe ask for, as the stacks set it. */
export const settings = (reader: Reader): Setting[] =>
  TYPES.flatMap((type) => reader.all(type)).map(({ type, name, id, inputs, outputs }) => ({
    type,
    id: id ?? name,
    ...(typeof outputs.arn === "string" && { arn: outputs.arn }),
    inputs,
  }));
