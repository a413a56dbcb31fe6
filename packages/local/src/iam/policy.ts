import type { PolicyDocument, Statement } from "@dropclip/synth/cloud";
import { actionTest, resourceTest, type TextTest } from "./arn.ts";
import { type ContextTest, conditionTests } from "./conditions.ts";
import type { RequestContext } from "./context.ts";
import { at, PolicyError } from "./policy-error.ts";
import { type PrincipalTest, principalTest } from "./principals.ts";

/** The kind of thing a policy is attached to; only policies of a resource or role name principals. */
export type PolicyKind = "identity" | "resource" | "trust" | "session" | "boundary";

/** An entry of `Action` or `Resource` and its test; a negated element is one entry as a whole. */
export interface Entry<Test> {
  text: string;
  test: Test;
}

/** A statement, prepared once so that a request costs microseconds. */
export interface Compiled {
  effect: "Allow" | "Deny";
  /** Place of the policy, as text for people. */
  place: string;
  /** Sid of the statement, or its place in the policy, from 1. */
  name: string;
  actions: Entry<(action: string) => boolean>[];
  resources: Entry<TextTest>[];
  principal: PrincipalTest | undefined;
  conditions: ContextTest[];
  /** As written. */
  condition?: Statement["Condition"];
}

export interface IamRequest {
  /** In small letters. */
  action: string;
  resource: string;
  context: RequestContext;
}

const VERSIONS = ["2008-10-17", "2012-10-17"];
const MEMBERS = ["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/** A policy's statements. Throws `PolicyError` for what AWS would refuse, and for NotPrincipal. */
export function compile(document: PolicyDocument, kind: PolicyKind, place: string): Compiled[] {
  return at(place, () => {
    const { Version: version = "2008-10-17", Statement } = document ?? {};
    if (!VERSIONS.includes(version)) throw new PolicyError(`there is no policy language version ${version}`);
    const statements = [Statement ?? []].flat();
    if (statements.length === 0) throw new PolicyError("it has no statements");
    return statements.map((statement, index) =>
      at(`statement ${index + 1}`, () =>
        compileStatement({ ...statement }, kind, version === VERSIONS[1], {
          place,
          name: String(statement?.Sid || index + 1),
        }),
      ),
    );
  });
}

function compileStatement(
  statement: Record<string, unknown>,
  kind: PolicyKind,
  variables: boolean,
  where: Pick<Compiled, "place" | "name">,
): Compiled {
  const { Effect, NotPrincipal, Principal } = statement;
  if (NotPrincipal !== undefined) throw new PolicyError("NotPrincipal is not evaluated here: name who is meant");
  const strange = Object.keys(statement).find((name) => !MEMBERS.includes(name));
  if (strange) throw new PolicyError(`a statement has no element ${strange}`);
  if (Effect !== "Allow" && Effect !== "Deny") throw new PolicyError("Effect is neither Allow nor Deny");
  const namesPrincipals = kind === "resource" || kind === "trust";
  if (namesPrincipals !== (Principal !== undefined)) {
    throw new PolicyError(namesPrincipals ? "it has no Principal" : "only resource-based policies have a Principal");
  }
  if (kind === "trust" && (statement.Resource ?? statement.NotResource) !== undefined) {
    throw new PolicyError("a trust policy has no Resource: it is about its role");
  }
  return {
    effect: Effect,
    ...where,
    actions: element(statement, "Action", actionTest),
    resources:
      kind === "trust"
        ? [{ text: "*", test: () => true }]
        : element(statement, "Resource", (text) => resourceTest(text, variables)),
    principal: namesPrincipals ? principalTest(Principal) : undefined,
    conditions: conditionTests(statement.Condition, variables),
    ...(statement.Condition ? { condition: statement.Condition as Statement["Condition"] } : {}),
  };
}

type Test = (text: string, context: RequestContext) => boolean;

/** The entries of an element that can also be written negated, as `NotAction`. */
function element<T extends Test>(
  statement: Record<string, unknown>,
  name: string,
  test: (text: string) => T,
): Entry<T>[] {
  const [plain, negated] = [statement[name], statement[`Not${name}`]];
  if ((plain === undefined) === (negated === undefined)) {
    throw new PolicyError(`it must have either ${name} or Not${name}`);
  }
  const entries = [plain ?? negated].flat().map((text) => {
    if (typeof text !== "string") throw new PolicyError(`${name} holds something that is no text`);
    return { text, test: test(text) };
  });
  if (entries.length === 0) throw new PolicyError(`${name} is empty`);
  if (plain !== undefined) return entries;
  const none = ((text, context) => !entries.some((entry) => entry.test(text, context))) as T;
  return [{ text: `Not${name} ${entries.map(({ text }) => text).join(", ")}`, test: none }];
}

/** Whether the statement is about the request, its principal aside. */
export function applies(
  { actions, resources, conditions }: Compiled,
  { action, resource, context }: IamRequest,
): boolean {
  return (
    actions.some(({ test }) => test(action)) &&
    resources.some(({ test }) => test(resource, context)) &&
    conditions.every((test) => test(context))
  );
}
