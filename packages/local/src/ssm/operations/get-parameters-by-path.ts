import { AwsError } from "../../world.ts";
import { authorize, describe, describeSecret, invalid, type Operation, referenceOf } from "../parameters.ts";

const MOST_RESULTS = 10;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export const getParametersByPath: Operation = (service, input, call) => {
  const { Path, Recursive = false, MaxResults = MOST_RESULTS, NextToken, ParameterFilters, WithDecryption } = input;
  if (typeof Path !== "string" || Path === "") throw invalid(Path, "path", "Member must not be null");
  if (!/^\/[\w.\-/]*$/.test(Path)) {
    const rule = "It must begin with a slash, and hold letters, digits and the symbols . - _ / only.";
    throw new AwsError("ValidationException", `The parameter doesn't meet the parameter name requirements. ${rule}`);
  }
  if (Array.isArray(ParameterFilters) && ParameterFilters.length > 0)
    throw new AwsError("NotImplemented", "GetParametersByPath's ParameterFilters do not work locally.", 501);
  const limit = Number(MaxResults);
  if (!Number.isInteger(limit) || limit < 1)
    throw invalid(MaxResults, "maxResults", "Member must have value greater than or equal to 1");
  if (limit > MOST_RESULTS)
    throw invalid(MaxResults, "maxResults", `Member must have value less than or equal to ${MOST_RESULTS}`);
  authorize(service, call, "GetParametersByPath", referenceOf(service, Path));
  const parent = Path.endsWith("/") ? Path : `${Path}/`;
  const secrets = service.secrets
    .all()
    .map((one) => ({ name: one.name, shown: () => describeSecret(one, WithDecryption === true) }));
  const ofGraph = service.parameters.map((one) => ({ name: one.name, shown: () => describe(service, one) }));
  const below = [...ofGraph, ...secrets]
    .filter(({ name }) => name.startsWith(parent) && (Recursive || !name.slice(parent.length).includes("/")))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const from = NextToken === undefined ? 0 : below.findIndex(({ name }) => tokenOf(name) === NextToken);
  if (from < 0) throw new AwsError("InvalidNextToken", "The specified token isn't valid.");
  const next = below[from + limit];
  return {
    Parameters: below.slice(from, from + limit).map(({ shown }) => shown()),
    ...(next && { NextToken: tokenOf(next.name) }),
  };
};

/** Where the next page begins. */
const tokenOf = (name: string) => Buffer.from(name).toString("base64url");
