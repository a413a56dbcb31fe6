import { PolicyError } from "./policy-error.ts";
import type { IamPrincipal } from "./types.ts";

/**
 * How an `Allow` of a resource-based policy reaches the caller, weakest first. `account` leaves it to identity-based
 * policies; `role` grants, within the session's policies and boundary; `direct` grants whatever those say.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export const REACH = { none: 0, account: 1, role: 2, direct: 3 } as const;
export type Reach = (typeof REACH)[keyof typeof REACH];

export type PrincipalTest = (principal: IamPrincipal) => Reach;

/** A statement's `Principal`. Throws for the forms AWS refuses, and for CanonicalUser, of whom there are none here. */
export function principalTest(value: unknown): PrincipalTest {
  // "*" means everyone: also unsigned callers, and AWS services.
  if (value === "*") return () => REACH.direct;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new PolicyError('Principal is neither "*" nor an object');
  }
  const tests = Object.entries(value).flatMap(([kind, names]) => [names].flat().map((name) => one(kind, name)));
  if (tests.length === 0) throw new PolicyError("Principal names nobody");
  return (principal) => {
    let reach: Reach = REACH.none;
    for (const test of tests) {
      const found = test(principal);
      if (found > reach) reach = found;
    }
    return reach;
  };
}

function one(kind: string, name: unknown): PrincipalTest {
  const refuse = () => new PolicyError(`${JSON.stringify(name)} is not a principal of kind ${kind}`);
  if (typeof name !== "string") throw refuse();
  if (kind === "AWS") return aws(name, refuse);
  if (kind === "Service") {
    if (!/^[a-z0-9.-]+\.amazonaws\.com$/.test(name)) throw refuse();
    return (principal) => (principal.kind === "service" && serviceOf(principal) === name ? REACH.direct : REACH.none);
  }
  // Sessions of identity providers cannot exist here: their STS calls are not part of the local cloud.
  if (kind === "Federated") return () => REACH.none;
  throw refuse();
}

const ACCOUNT = /^(?:\d{12}|arn:aws:iam::\d{12}:root)$/;
/** No wildcards: "You cannot use a wildcard to match part of a principal name or ARN." */
const ENTITY = /^arn:aws:(?:iam::\d{12}:(role|user)|sts::\d{12}:assumed-role)\/[\w+=,.@/-]+$/;

function aws(name: string, refuse: () => Error): PrincipalTest {
  if (name === "*") return () => REACH.direct;
  if (ACCOUNT.test(name)) {
    const [account] = /\d{12}/.exec(name)!;
    return ({ kind, accountId }) =>
      (kind === "role" || kind === "operator") && accountId === account ? REACH.account : REACH.none;
  }
  const entity = ENTITY.exec(name);
  if (!entity) throw refuse();
  if (entity[1] === "role")
    return ({ kind, roleArn }) => (kind === "role" && roleArn === name ? REACH.role : REACH.none);
  return ({ kind, arn }) => ((kind === "role" || kind === "operator") && arn === name ? REACH.direct : REACH.none);
}

export const serviceOf = ({ service, arn }: IamPrincipal) => service ?? arn;
