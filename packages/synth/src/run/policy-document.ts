/** The arguments of `aws.iam.getPolicyDocument`, as far as stacks use them. */
interface Arguments {
  version?: string;
  policyId?: string;
  statements?: StatementArguments[];
  sourcePolicyDocuments?: string[];
  overridePolicyDocuments?: string[];
}
interface StatementArguments {
  sid?: string;
  effect?: string;
  actions?: string[];
  notActions?: string[];
  resources?: string[];
  notResources?: string[];
  principals?: Principal[];
  notPrincipals?: Principal[];
  conditions?: { test: string; variable: string; values: string[] }[];
}
interface Principal {
  type: string;
  identifiers: string[];
}
type Document = Record<string, unknown>;

/**
 * Answers `aws.iam.getPolicyDocument` as the provider does: lists sorted and without duplicates, a single value bare,
 * `&{…}` written as `${…}`, statements of a source appended, those of an override replaced by Sid.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
export function policyDocument(args: Arguments): Record<string, unknown> {
  const statements = [
    ...(args.sourcePolicyDocuments ?? []).flatMap(statementsOf),
    ...(args.statements ?? []).map(statement),
  ];
  for (const override of (args.overridePolicyDocuments ?? []).flatMap(statementsOf)) {
    const index = override.Sid ? statements.findIndex(({ Sid }) => Sid === override.Sid) : -1;
    if (index < 0) statements.push(override);
    else statements[index] = override;
  }
  const sids = statements.flatMap(({ Sid }) => (Sid ? [Sid as string] : []));
  const repeated = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (repeated) throw new Error(`getPolicyDocument: two statements have the Sid ${repeated}`);

  const document = { Version: args.version ?? "2012-10-17", Id: args.policyId, Statement: statements };
  const json = JSON.stringify(document).replaceAll("&{", "${");
  const { statements: given, ...rest } = args;
  // SST's Function checks whether `statements` exists; the provider leaves out an empty list.
  return { ...rest, ...(given?.length ? { statements: given } : {}), id: "policy", json, minifiedJson: json };
}

function statement(args: StatementArguments): Document {
  const effect = args.effect ?? "Allow";
  if (effect !== "Allow" && effect !== "Deny") throw new Error(`getPolicyDocument: no such effect: ${effect}`);
  if (!args.actions?.length && !args.notActions?.length) {
    throw new Error(`getPolicyDocument: a statement names no action: ${JSON.stringify(args)}`);
  }
  const result = {
    Sid: args.sid || undefined,
    Effect: effect,
    Principal: principals(args.principals),
    NotPrincipal: principals(args.notPrincipals),
    Action: oneOrMany(args.actions),
    NotAction: oneOrMany(args.notActions),
    Resource: oneOrMany(args.resources),
    NotResource: oneOrMany(args.notResources),
    Condition: conditions(args.conditions),
  };
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}

function statementsOf(json: string): Document[] {
  const { Statement } = JSON.parse(json);
  return Array.isArray(Statement) ? Statement : [Statement];
}

function oneOrMany(values: string[] | undefined): string | string[] | undefined {
  if (!values?.length) return undefined;
  const list = [...new Set(values)].sort();
  if (list.some((value) => typeof value !== "string")) {
    throw new Error(`getPolicyDocument: a value is not known at synth: ${JSON.stringify(values)}`);
  }
  return list.length === 1 ? list[0] : list;
}

function principals(list: Principal[] | undefined) {
  if (!list?.length) return undefined;
  if (list.some(({ type }) => type === "*")) return "*";
  return grouped(list.map(({ type, identifiers }) => [type, identifiers]));
}

function conditions(list: StatementArguments["conditions"]) {
  if (!list?.length) return undefined;
  const tests = [...new Set(list.map(({ test }) => test))];
  const of = (test: string) => list.filter((condition) => condition.test === test);
  return Object.fromEntries(
    tests.map((test) => [test, grouped(of(test).map(({ variable, values }) => [variable, values]))]),
  );
}

function grouped(pairs: [string, string[]][]) {
  const names = [...new Set(pairs.map(([name]) => name))];
  return Object.fromEntries(
    names.map((name) => [name, oneOrMany(pairs.flatMap(([other, values]) => (other === name ? values : [])))]),
  );
}
