import { applies, type Compiled, type IamRequest, type PolicyKind } from "./policy.ts";
import { REACH, type Reach } from "./principals.ts";
import type { IamPrincipal } from "./types.ts";

/** The policies that apply to a request; undefined where there is none of that kind. */
export interface Policies {
  /** `"all"` for an administrator. */
  identity: Compiled[] | "all";
  resource?: Compiled[];
  boundary?: Compiled[];
  session?: Compiled[];
  /** Trust policy of the role to be assumed; it must allow, whatever identity-based policies say. */
  trust?: Compiled[];
}

export type Decision =
  | { allowed: true }
  | { allowed: false; explicit: boolean; kind: PolicyKind /** Of the policy that denies. */; place?: string };

const KINDS: Exclude<PolicyKind, "identity">[] = ["resource", "trust", "boundary", "session"];
const ALLOWED: Decision = { allowed: true };
const implicit = (kind: PolicyKind): Decision => ({ allowed: false, explicit: false, kind });

/**
 * AWS's decision for a request within one account: an explicit deny anywhere wins; identity-based and resource-based
 * policies grant together; boundary and session policies limit that, unless a resource-based policy grants the session
 * itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function decide(principal: IamPrincipal, policies: Policies, request: IamRequest): Decision {
  const { identity, boundary, session, trust, resource = trust } = policies;
  const denial = explicitDeny(principal, policies, request);
  if (denial) return denial;
  const reach = resource ? reachOf(resource, principal, request) : REACH.none;
  if (reach === REACH.direct) return ALLOWED;
  if (trust && reach === REACH.none) return implicit("trust");
  if (principal.kind === "anonymous" || principal.kind === "service") return implicit("resource");
  const granted = reach === REACH.role || identity === "all" || allows(identity, request);
  if (!granted) return implicit("identity");
  if (boundary && !allows(boundary, request)) return implicit("boundary");
  if (session && !allows(session, request)) return implicit("session");
  return ALLOWED;
}

function explicitDeny(principal: IamPrincipal, policies: Policies, request: IamRequest): Decision | undefined {
  const { identity } = policies;
  const own = identity === "all" ? undefined : denies(identity, principal, request);
  if (own) return { allowed: false, explicit: true, kind: "identity", place: own.place };
  for (const kind of KINDS) {
    const found = policies[kind] && denies(policies[kind], principal, request);
    if (found) return { allowed: false, explicit: true, kind, place: found.place };
  }
  return undefined;
}

function denies(statements: Compiled[], principal: IamPrincipal, request: IamRequest): Compiled | undefined {
  return statements.find(
    (statement) =>
      statement.effect === "Deny" &&
      (statement.principal?.(principal) ?? REACH.direct) !== REACH.none &&
      applies(statement, request),
  );
}

const allows = (statements: Compiled[], request: IamRequest) =>
  statements.some((statement) => statement.effect === "Allow" && applies(statement, request));

/** The strongest grant of a resource-based policy. */
function reachOf(statements: Compiled[], principal: IamPrincipal, request: IamRequest): Reach {
  let reach: Reach = REACH.none;
  for (const statement of statements) {
    if (statement.effect !== "Allow") continue;
    const found = statement.principal?.(principal) ?? REACH.none;
    if (found > reach && applies(statement, request)) reach = found;
  }
  return reach;
}
