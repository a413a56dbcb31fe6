import type { PolicyDocument, Statement } from "../cloud.ts";
import { type Graph, type Resource, shortType } from "../graph.ts";

/** A one-line error about one resource, which has the name from the stacks. */
export const refuse = (resource: Resource, what: string) =>
  new Error(`the local cloud cannot run ${shortType(resource.type)} ${resource.name}: ${what}`);

/** The resources of a graph by type, and by everything that other resources refer to them with. */
export class Reader {
  readonly graph: Graph;
  readonly #byType = new Map<string, Resource[]>();

  constructor(graph: Graph) {
    this.graph = graph;
    for (const resource of graph.resources) {
      const same = this.#byType.get(resource.type);
      if (same) same.push(resource);
      else this.#byType.set(resource.type, [resource]);
    }
  }

  all(type: string): Resource[] {
    return this.#byType.get(type) ?? [];
  }

  /** The resource of one of `types` with that `reference` (id, ARN, URL or name); throws when there is none. */
  resolve(from: Resource, reference: unknown, ...types: string[]): Resource {
    const found = types.flatMap((type) => this.all(type)).find((resource) => identities(resource).includes(reference));
    if (found) return found;
    const kinds = types.map(shortType).join(" or ");
    throw refuse(from, `it refers to ${JSON.stringify(reference)}, and no ${kinds} of the graph is that`);
  }

  /** The resources of `type` whose input `key` refers to `target`, in the graph's order. */
  referring(type: string, key: string, target: Resource): Resource[] {
    return this.all(type).filter(({ inputs }) => identities(target).includes(inputs[key]));
  }

  /** The one resource of `type` whose input `key` refers to `target`; on AWS two would overwrite each other. */
  oneReferring(type: string, key: string, target: Resource): Resource | undefined {
    const [first, second] = this.referring(type, key, target);
    if (second) throw refuse(second, `${shortType(target.type)} ${target.name} already has ${first?.name}`);
    return first;
  }

  /** Throws for each reference by `key` that matches no resource of the graph. */
  checkReferences(type: string, key: string, ...targets: string[]) {
    for (const resource of this.all(type)) this.resolve(resource, resource.inputs[key], ...targets);
  }
}

/** Everything that other resources may refer to a resource with. */
export function identities({ id, inputs, outputs }: Resource): unknown[] {
  const names = [id, outputs.arn, outputs.name ?? inputs.name, outputs.url, outputs.bucket ?? inputs.bucket];
  return [...names, outputs.invokeArn].filter((value) => typeof value === "string");
}

/** Inputs that do not change how the local cloud behaves, whatever the type. */
const ALWAYS_FINE = ["tags", "tagsAll", "region", "comment", "description"];

/** Throws when the resource sets anything but `known`: no local cloud is better than one that behaves differently. */
export function only(resource: Resource, value: Record<string, unknown>, known: string[], where = "") {
  const strange = Object.keys(value).filter(
    (key) => !known.includes(key) && !ALWAYS_FINE.includes(key) && !empty(value[key]),
  );
  if (strange.length) throw refuse(resource, `it does not know ${strange.map((key) => where + key).join(", ")}`);
}

/** Values that mean "off": SST writes them for a feature that is not used. */
function empty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.values(value).every(empty);
}

/** A policy or other document that is given as JSON text or as the object itself. */
export function json(resource: Resource, key: string, value: unknown): Record<string, unknown> {
  try {
    const parsed = typeof value === "string" ? JSON.parse(value) : value;
    if (parsed && typeof parsed === "object" && !Array.isArray(parsed)) return parsed;
  } catch {
    // Both kinds of error are reported below.
  }
  throw refuse(resource, `its ${key} is not a JSON object`);
}

/** An IAM policy document, its statements always a list. */
export function policy(resource: Resource, key: string, value: unknown): PolicyDocument {
  const { Version, Statement } = json(resource, key, value) as { Version?: unknown; Statement?: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as Statement[];
  for (const statement of statements) {
    if (statement?.Effect !== "Allow" && statement?.Effect !== "Deny") {
      throw refuse(resource, `its ${key} has a statement without Effect`);
    }
  }
  // IAM treats a document without a version as version 2008, in which variables are plain text.
  return { Version: typeof Version === "string" ? Version : "2008-10-17", Statement: statements };
}

export const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Text attributes that AWS computes; synth always sets them for the types that are read here. */
export function text(resource: Resource, key: string): string {
  const value = resource.outputs[key] ?? resource.inputs[key];
  if (typeof value !== "string") throw refuse(resource, `the graph has no ${key} for it`);
  return value;
}

/** The region of an ARN: a resource may be in another one than its stack. */
export const regionOf = (arn: string) => arn.split(":")[3]!;
