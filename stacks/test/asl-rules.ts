import jsonata from "jsonata";

/** What each integration throws when it is throttled, as Step Functions names it. */
const THROTTLING: Record<string, string> = {
  "arn:aws:states:::lambda:invoke": "Lambda.TooManyRequestsException",
  "arn:aws:states:::mediaconvert:createJob.sync": "MediaConvert.TooManyRequestsException",
  "arn:aws:states:::aws-sdk:mediaconvert:probe": "MediaConvert.TooManyRequestsException",
  "arn:aws:states:::aws-sdk:s3:deleteObject": "S3.S3Exception",
};
/** Variables every expression has, and JSONata's own context. */
const GIVEN = new Set(["states", "", "$"]);

/** What is wrong with a JSONata definition beyond what asl-validator sees, a sentence each. */
export function problems(definition: any): string[] {
  const states: Record<string, any> = definition.States;
  const found: string[] = [];
  const reached = new Set<string>();
  const queue = [definition.StartAt];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const next of nexts(states[name])) {
      if (states[next]) queue.push(next);
      else found.push(`${name} goes to ${next}, which is not there`);
    }
  }
  for (const name of Object.keys(states)) if (!reached.has(name)) found.push(`${name} cannot be reached`);
  const assigned = assignedBefore(definition);
  for (const [name, state] of Object.entries(states)) {
    found.push(...taskProblems(name, state));
    for (const expression of expressions(state)) {
      const used = variables(expression);
      if (!used) found.push(`${name} has an expression that does not parse: ${expression}`);
      for (const variable of used ?? [])
        if (!GIVEN.has(variable) && !assigned.get(name)?.has(variable))
          found.push(`${name} uses $${variable}, which no state before it assigns`);
    }
  }
  return found;
}

function taskProblems(name: string, state: any): string[] {
  if (state.Type !== "Task") return [];
  const found: string[] = [];
  if (state.TimeoutSeconds === undefined) found.push(`${name} has no TimeoutSeconds`);
  if (state.HeartbeatSeconds >= state.TimeoutSeconds)
    found.push(`${name}'s HeartbeatSeconds is not below its TimeoutSeconds`);
  const throttled = THROTTLING[state.Resource];
  if (!throttled) return [...found, `${name} uses ${state.Resource}, whose throttling errors are not known here`];
  const retry = (state.Retry ?? []).find((one: any) => one.ErrorEquals.includes(throttled));
  if (!retry) found.push(`${name} does not retry ${throttled}`);
  else if (retry.JitterStrategy !== "FULL") found.push(`${name} retries ${throttled} without full jitter`);
  return found;
}

const nexts = (state: any): string[] =>
  [state.Next, state.Default, ...[...(state.Choices ?? []), ...(state.Catch ?? [])].map((one: any) => one.Next)].filter(
    (next) => next !== undefined,
  );

/** Per state the variables that are assigned on every way to it. */
function assignedBefore(definition: any): Map<string, Set<string>> {
  const before = new Map<string, Set<string>>([[definition.StartAt, new Set()]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, known] of [...before]) {
      const state = definition.States[name];
      const after = new Set([...known, ...Object.keys(state.Assign ?? {})]);
      const caught = new Set((state.Catch ?? []).map((one: any) => one.Next));
      for (const next of nexts(state).filter((one) => definition.States[one])) {
        // What a state assigns is not there when its error was caught.
        const here = caught.has(next) ? known : after;
        const earlier = before.get(next);
        const both = earlier ? new Set([...earlier].filter((one) => here.has(one))) : here;
        if (!earlier || both.size !== earlier.size) {
          before.set(next, both);
          changed = true;
        }
      }
    }
  }
  return before;
}

function expressions(value: unknown): string[] {
  if (typeof value === "string") return /^\{%[\s\S]*%\}$/.test(value) ? [value.slice(2, -2)] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(expressions);
}

/** Names of the variables an expression reads; undefined when it does not parse. */
function variables(expression: string): string[] | undefined {
  const found: string[] = [];
  const visit = (node: any) => {
    if (typeof node !== "object" || node === null) return;
    // The name of a function that is called is a variable node too, but below `procedure`.
    if (node.type === "variable") found.push(String(node.value));
    for (const [key, child] of Object.entries(node)) if (key !== "procedure") visit(child);
  };
  try {
    visit(jsonata(expression).ast());
  } catch {
    return undefined;
  }
  return found;
}
