import type { Topic } from "@dropclip/synth/cloud";
import type { Parameters } from "../protocol/parameters.ts";
import type { QueryOperation } from "../protocol/query.ts";
import { AwsError, type Principal, type World } from "../world.ts";

/** What the operations work on. */
export interface SnsState {
  world: World;
  topics: Topic[];
}

export type Operation = QueryOperation<SnsState>;

/** The topic whose ARN a call names, once the caller may do the action to it. */
export function authorizedTopic(
  { world, topics }: SnsState,
  parameters: Parameters,
  principal: Principal,
  action: string,
): Topic {
  const arn = parameters.text("TopicArn");
  if (!arn)
    throw new AwsError("InvalidParameter", "Invalid parameter: TopicArn Reason: no value for required parameter");
  world.authorize(principal, `sns:${action}`, arn);
  const topic = topics.find((one) => one.arn === arn);
  if (!topic) throw new AwsError("NotFound", "Topic does not exist", 404);
  return topic;
}

/** SNS lists by the hundred. */
const PAGE = 100;

/** A page of a list; the token is the index the next one starts at. */
export function page<T>(parameters: Parameters, items: T[]) {
  const from = Number(parameters.text("NextToken") ?? 0);
  if (!Number.isInteger(from) || from < 0)
    throw new AwsError("InvalidParameter", "Invalid parameter: NextToken Reason: it is none that was given");
  const next = from + PAGE;
  return { items: items.slice(from, next), ...(next < items.length && { NextToken: String(next) }) };
}
