import type { ManagedPolicy, PolicyDocument, Role } from "@dropclip/synth/cloud";
import type { Clock } from "../clock.ts";
import type { LogEntry } from "../world.ts";
import { AskedAction } from "./asked-action.ts";
import { type CallerContext, RequestContext } from "./context.ts";
import { type Decision, decide, type Policies } from "./decide.ts";
import { denial, reasonOf } from "./denial.ts";
import { type Denial, Denials } from "./denials.ts";
import { LastUse } from "./last-use.ts";
import { type Compiled, compile, type IamRequest, type PolicyKind } from "./policy.ts";
import { type Resources, resourcePolicies } from "./resource-policies.ts";
import type { IamPrincipal } from "./types.ts";
import { type RoleUsage, Usage } from "./usage.ts";

export { uniqueId } from "./context.ts";
export type { Denial } from "./denials.ts";
export { PolicyError } from "./policy-error.ts";
export type { IamPrincipal } from "./types.ts";
export type { Grant, RoleUsage } from "./usage.ts";

export interface IamOptions extends Resources {
  account: string;
  region: string;
  clock: Clock;
  roles: Role[];
  /** Customer-managed policies, which sessions may be limited by; what roles have of them stands with the roles. */
  managedPolicies?: ManagedPolicy[];
  log: (entry: LogEntry) => void;
}

/** What AssumeRole is asked for, as far as policies can look at it. */
export interface AssumeRoleRequest {
  sessionName: string;
  tags?: Record<string, string>;
  transitiveTagKeys?: string[];
  externalId?: string;
}

export interface Iam {
  /** Throws AWS's refusal, logged unless it answers a `probe`, unless the policies allow it. */
  authorize(
    principal: IamPrincipal,
    action: string,
    resource: string,
    context?: CallerContext,
    options?: { probe?: boolean },
  ): void;
  /** Throws unless the caller may take on the role, and tag the session when there are tags. */
  assumeRole(caller: IamPrincipal, roleArn: string, request: AssumeRoleRequest): void;
  /** Throws unless the principal may hand the role to the service, `mediaconvert.amazonaws.com`. */
  passRole(principal: IamPrincipal, roleArn: string, service: string): void;
  /** Whether there is a customer-managed policy of that ARN. */
  isPolicy(arn: string): boolean;
  /** Every grant of every role, and how often this run made use of it. */
  usage(): RoleUsage[];
  /** What this run refused. */
  denials(): Denial[];
  /** When each role asked for what last in this run. */
  lastUse: LastUse;
}

interface Ask {
  principal: IamPrincipal;
  action: string;
  resource: string;
  context?: CallerContext | undefined;
  trust?: Compiled[];
  probe?: boolean | undefined;
}

/**
 * IAM for one account: decides by the policies of the roles, buckets, queues and functions given. Throws `PolicyError`
 * when one of them is nothing AWS would take.
 */
export function createIam(options: IamOptions): Iam {
  const { account, region, clock, log } = options;
  const place = { account, region, now: () => clock.now() };
  const policyOf = resourcePolicies(options);
  const usage = new Usage();
  const denials = new Denials();
  const lastUse = new LastUse();
  const roles = new Map(options.roles.map((role) => [role.arn, compileRole(role, usage)]));
  const limits = new Limits();
  const managed = new Map((options.managedPolicies ?? []).map((one) => [one.arn, one.document]));

  function ask({ principal, action, resource, context, trust, probe }: Ask) {
    const asked = new AskedAction(action, resource);
    const request: IamRequest = {
      action: asked.name,
      resource: asked.resource,
      context: new RequestContext(principal, asked, context, place),
    };
    const role = principal.kind === "role" ? roles.get(principal.roleArn ?? "") : undefined;
    const decision: Decision =
      principal.kind === "role" && !role
        ? { allowed: false, explicit: false, kind: "identity", place: "no policy: the account has no such role" }
        : decide(
            principal,
            policies(principal, role?.identity, trust, trust ? undefined : policyOf(resource)),
            request,
          );
    // An attempt is a use, too, for IAM's reports.
    if (role && !probe) lastUse.note(principal.roleArn!, asked.name, clock.now());
    if (decision.allowed) {
      if (role) usage.count(principal.roleArn!, request, "Allow");
      return;
    }
    const error = denial(principal, action, resource, decision);
    if (probe) throw error;
    if (role && decision.explicit && decision.kind === "identity") usage.count(principal.roleArn!, request, "Deny");
    const reason = reasonOf(decision, action);
    denials.count({ principal: principal.roleArn ?? principal.arn, action, resource, reason });
    log({
      service: "iam",
      level: "warn",
      message: `denied ${action} on ${resource} to ${principal.arn} ${reason}`,
      principal: principal.arn,
      action,
      resource,
      reason,
      ...(decision.place ? { policy: decision.place } : {}),
    });
    throw error;
  }

  function policies(
    principal: IamPrincipal,
    own: Compiled[] = [],
    trust?: Compiled[],
    resource?: Compiled[],
  ): Policies {
    const { permissionsBoundary: boundary, sessionPolicies = [], sessionPolicyArns = [] } = principal;
    // A policy that is gone from the infrastructure grants nothing, but still limits.
    const named = sessionPolicyArns.flatMap((arn) => managed.get(arn) ?? []);
    const limited = sessionPolicies.length + sessionPolicyArns.length > 0;
    return {
      identity: principal.kind === "operator" ? "all" : own,
      ...(resource && { resource }),
      ...(trust && { trust }),
      ...(boundary && { boundary: limits.of(boundary, "boundary") }),
      ...(limited && {
        session: [...sessionPolicies, ...named].flatMap((document) => limits.of(document, "session")),
      }),
    };
  }

  return {
    authorize: (principal, action, resource, context, { probe } = {}) =>
      ask({ principal, action, resource, context, probe }),
    assumeRole(principal, roleArn, { sessionName, tags = {}, transitiveTagKeys = [], externalId }) {
      const context: CallerContext = {
        "sts:RoleSessionName": sessionName,
        ...(externalId === undefined ? {} : { "sts:ExternalId": externalId }),
        ...(transitiveTagKeys.length > 0 ? { "sts:TransitiveTagKeys": transitiveTagKeys } : {}),
        ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
      };
      // A role that does not exist is refused like one that trusts no principal.
      const trust = roles.get(roleArn)?.trust ?? [];
      ask({ principal, action: "sts:AssumeRole", resource: roleArn, context, trust });
      if (Object.keys(tags).length > 0) ask({ principal, action: "sts:TagSession", resource: roleArn, context, trust });
    },
    passRole: (principal, resource, service) =>
      ask({ principal, action: "iam:PassRole", resource, context: { "iam:PassedToService": service } }),
    isPolicy: (arn) => managed.has(arn),
    usage: () => usage.report(),
    denials: () => denials.report(),
    lastUse,
  };
}

function compileRole(role: Role, usage: Usage) {
  const policies = role.policies.flatMap(({ name, document }) =>
    compile(document, "identity", `the policy ${name} of role ${role.name}`).map((statement) => ({
      policy: name,
      statement,
    })),
  );
  usage.add(role, policies);
  const trust = compile(role.trust, "trust", `the trust policy of role ${role.name}`);
  return { identity: policies.map(({ statement }) => statement), trust };
}

/** Session policies and boundaries come with the principal; one that comes again is not prepared again. */
class Limits {
  readonly #known = new WeakMap<PolicyDocument, Compiled[]>();

  of(document: PolicyDocument, kind: PolicyKind): Compiled[] {
    let statements = this.#known.get(document);
    if (!statements) {
      statements = compile(document, kind, `a ${kind} policy`);
      this.#known.set(document, statements);
    }
    return statements;
  }
}

/** Throws `PolicyError` for what AssumeRole would refuse as a session policy, with MalformedPolicyDocument. */
export function checkSessionPolicy(document: PolicyDocument): void {
  compile(document, "session", "the session policy");
}
