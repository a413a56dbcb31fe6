import * as v from "valibot";

/** One resource as it is registered with Pulumi's engine. */
export const Resource = v.strictObject({
  /** Pulumi's type token: `aws:s3/bucket:Bucket`, `sst:aws:Function`. */
  type: v.string(),
  /** The logical name in the stacks; `type` and `name` together are unique. */
  name: v.string(),
  /** The physical id that AWS would give; components have none. */
  id: v.optional(v.string()),
  /** `type::name` of the component it belongs to; absent at the top level. */
  parent: v.optional(v.string()),
  /** True for a resource that is only looked up, not created. */
  read: v.optional(v.boolean()),
  inputs: v.optional(v.record(v.string(), v.any()), {}),
  /** `type::name` of everything it depends on, also by reference. Only in a graph just made; the file leaves it out. */
  dependencies: v.optional(v.array(v.string())),
  /** Attributes that AWS computes and others refer to: ARNs, domain names. */
  outputs: v.optional(v.record(v.string(), v.any()), {}),
  options: v.optional(
    v.strictObject({
      protect: v.optional(v.boolean()),
      retainOnDelete: v.optional(v.boolean()),
      deleteBeforeReplace: v.optional(v.boolean()),
      ignoreChanges: v.optional(v.array(v.string())),
      /** `type::name` of the entries of `dependsOn`; dependencies by reference are visible in `inputs`. */
      dependsOn: v.optional(v.array(v.string())),
      /** Name of an explicit provider, for example of another region. */
      provider: v.optional(v.string()),
    }),
    {},
  ),
});
export type Resource = v.InferOutput<typeof Resource>;

/** The bundle that SST would build for one function. */
export const Build = v.strictObject({
  /** Name of the `sst:aws:Function` component. */
  functionID: v.string(),
  /** Path from the repository's root and export: `packages/functions/src/claim-upload.handler`. */
  handler: v.string(),
  runtime: v.string(),
  architecture: v.string(),
  /** Packages installed beside the bundle (`nodejs.install`). */
  install: v.array(v.string()),
  /** Packages that are neither bundled nor installed (`nodejs.esbuild.external`); the code finds them when it runs. */
  external: v.optional(v.array(v.string()), []),
});
export type Build = v.InferOutput<typeof Build>;

const VERSION = 1;

/** Everything that one stage of the stacks would create, without secrets of the machine it was computed on. */
export const Graph = v.strictObject({
  version: v.literal(VERSION),
  app: v.string(),
  stage: v.string(),
  /** True for a graph as `sst dev` would deploy it. */
  dev: v.boolean(),
  account: v.pipe(v.string(), v.regex(/^\d{12}$/, "expected twelve digits")),
  region: v.string(),
  /** The return value of the stacks' `run()`. */
  outputs: v.record(v.string(), v.any()),
  builds: v.array(Build),
  resources: v.array(Resource),
});
export type Graph = v.InferOutput<typeof Graph>;

/** The last part of a type: `Bucket` of `aws:s3/bucket:Bucket`. */
export const shortType = (type: string) => type.slice(type.lastIndexOf(":") + 1);

/**
 * The graph as text for `stacks/graph.json`: sorted keys, two spaces, JSON inside strings opened as `{"$json": …}`,
 * so that a changed policy statement or state shows as a diff of its own lines.
 */
export function formatGraph(graph: Graph): string {
  const { resources, ...rest } = graph;
  const tidy = resources.map(({ dependencies: _, ...resource }) => ({
    ...resource,
    inputs: unlessEmpty(resource.inputs),
    outputs: unlessEmpty(resource.outputs),
    options: unlessEmpty(resource.options),
  }));
  return `${JSON.stringify(open({ ...rest, resources: tidy }), null, 2)}\n`;
}

/** Reads the output of `formatGraph`. Throws an Error of one line that says what is wrong with a damaged text. */
export function parseGraph(text: string, file = "stacks/graph.json"): Graph {
  const damaged = (what: string) => new Error(`${file}: ${what}; npm run synth writes it anew`);
  let raw: unknown;
  try {
    raw = close(JSON.parse(text));
  } catch (error) {
    throw damaged(`not JSON (${(error as Error).message.split("\n")[0]})`);
  }
  if (raw === null || typeof raw !== "object" || Array.isArray(raw)) throw damaged("not a JSON object");
  const { version } = raw as { version?: unknown };
  if (version !== undefined && version !== VERSION) {
    throw damaged(`version ${JSON.stringify(version)}, this program reads version ${VERSION}`);
  }
  const result = v.safeParse(Graph, raw);
  if (!result.success) throw damaged(sentence(result.issues[0]));
  const seen = new Set<string>();
  for (const { type, name } of result.output.resources) {
    if (seen.has(`${type}::${name}`)) throw damaged(`two resources ${type} named ${name}`);
    seen.add(`${type}::${name}`);
  }
  return result.output;
}

function sentence(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`));
  const where = path.join("").replace(/^\./, "") || "the document";
  if (issue.kind === "schema" && issue.received === "undefined") return `${where} is missing`;
  return `${where}: expected ${issue.expected ?? issue.message}, found ${issue.received}`;
}

const unlessEmpty = (value: object) => (Object.keys(value).length ? value : undefined);

type Json = Record<string, unknown>;

/**
 * Sorts keys and opens strings that contain JSON. A document inside a string keeps its own order, since its text must
 * not change.
 */
function open(value: unknown): unknown {
  if (typeof value === "string") return openString(value);
  if (Array.isArray(value)) return value.map(open);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, open(member)]));
}

function openString(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    const parsed = JSON.parse(text);
    // Only when it converts back byte for byte: the graph must hold exactly what AWS is sent.
    if (JSON.stringify(parsed) === text) return { $json: parsed };
  } catch {
    return text;
  }
  return text;
}

function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (value === null || typeof value !== "object") return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === "$json") return JSON.stringify((value as Json).$json);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, close(member)]));
}
