import { AwsError } from "../../world.ts";
import { type Operation, permitted } from "../context.ts";
import { summary } from "../invalidation/describe.ts";

const PAGE = 100;

/** Newest first. */
export const listInvalidations: Operation = (service, input, { principal }) => {
  const { id } = permitted(service, input, principal, "cloudfront:ListInvalidations");
  const marker = input.query.get("Marker") ?? undefined;
  const maximum = Number(input.query.get("MaxItems") ?? PAGE);
  if (!Number.isInteger(maximum) || maximum < 1)
    throw new AwsError("InvalidArgument", "MaxItems must be a positive number.");
  const found = service.ledger.list(id, marker, Math.min(maximum, PAGE) + 1);
  const page = found.slice(0, Math.min(maximum, PAGE));
  const truncated = found.length > page.length;
  const content = {
    Marker: marker ?? "",
    ...(truncated && { NextMarker: page.at(-1)!.id }),
    MaxItems: maximum,
    IsTruncated: truncated,
    Quantity: page.length,
    Items: { InvalidationSummary: page.map((one) => summary(one, service.world)) },
  };
  return { status: 200, root: "InvalidationList", content };
};
