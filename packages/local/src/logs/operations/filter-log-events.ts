import { AwsError } from "../../world.ts";
import { functionOf, invalid, type Operation } from "../context.ts";
import { compile } from "../pattern.ts";

const MOST_EVENTS = 10_000;
const KNOWN = new Set([
  ...["logGroupName", "logGroupIdentifier", "startTime", "endTime", "filterPattern", "limit", "nextToken"],
  "interleaved",
]);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export const filterLogEvents: Operation = (service, input, call) => {
  const { world } = service;
  const { logGroupName, logGroupIdentifier, startTime = 0, endTime = Number.MAX_SAFE_INTEGER, nextToken } = input;
  const strange = Object.keys(input).find((name) => !KNOWN.has(name));
  if (strange) throw new AwsError("NotImplemented", `FilterLogEvents' ${strange} does not work locally.`, 501);
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined))
    throw invalid("Exactly one of logGroupName and logGroupIdentifier must be given.");
  const named = String(logGroupName ?? logGroupIdentifier);
  const prefix = `arn:aws:logs:${world.region}:${world.account}:log-group:`;
  const name = named.startsWith(prefix) ? named.slice(prefix.length).replace(/:\*$/, "") : named;
  world.authorize(call.principal, "logs:FilterLogEvents", prefix + name);
  const limit = input.limit ?? MOST_EVENTS;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_EVENTS)
    throw invalid(`limit must be between 1 and ${MOST_EVENTS}`);
  if (nextToken !== undefined && !/^\d+$/.test(String(nextToken))) throw invalid("The specified nextToken is invalid.");
  const matches = compile(String(input.filterPattern ?? ""));
  const found = service
    .recent(functionOf(service, name))
    .filter(
      ({ atMs, sequence, message }) =>
        atMs >= startTime && atMs <= endTime && sequence > Number(nextToken ?? 0) && matches(message),
    );
  const events = found.slice(0, limit).map(({ sequence, atMs, message }) => ({
    eventId: String(sequence).padStart(20, "0"),
    logStreamName: "local",
    timestamp: atMs,
    ingestionTime: atMs,
    message,
  }));
  const last = found[limit - 1];
  return { events, searchedLogStreams: [], ...(found.length > limit && last && { nextToken: String(last.sequence) }) };
};
