import { identities, Reader } from "@dropclip/synth/from-graph/reader";
import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Graph, Resource } from "@dropclip/synth/graph";
import { type PlacedStatement, statements } from "@dropclip/synth/policies";

/** The types whose policies `statements` places. */
export const POLICY_TYPES = [
  TYPE.role,
  TYPE.rolePolicy,
  TYPE.policy,
  TYPE.bucketPolicy,
  TYPE.queuePolicy,
  TYPE.topicPolicy,
  TYPE.queue,
  TYPE.permission,
];

/** The stage that people use for real. */
const PRODUCTION = "production";

/** A rule asked for a type that nobody has looked at: what it would say is not known. */
export class Unseen extends Error {
  readonly type: string;
  constructor(type: string) {
    super(`nobody has looked at ${type}`);
    this.type = type;
  }
}

/** A graph, as the rules ask it. `seen` are the types that it speaks of; left out, all are. */
export class View {
  readonly graph: Graph;
  readonly #seen: ReadonlySet<string> | undefined;
  readonly #reader: Reader;
  readonly #statements = new Map<Resource, PlacedStatement[]>();

  constructor(graph: Graph, seen?: ReadonlySet<string>) {
    this.graph = graph;
    this.#seen = seen;
    this.#reader = new Reader(graph);
  }

  get isProduction(): boolean {
    return this.graph.stage === PRODUCTION;
  }

  /** The resources of the type. Throws `Unseen` where it was not looked at. */
  all(type: string): Resource[] {
    if (this.#seen && !this.#seen.has(type)) throw new Unseen(type);
    return this.#reader.all(type);
  }

  /** The resource of the type that a name, ARN, id or URL means, as it stands in another's inputs. */
  meant(type: string, reference: unknown): Resource | undefined {
    return this.all(type).find((resource) => identities(resource).includes(reference));
  }

  /** The resources of the type whose input `key` means the target. */
  about(type: string, key: string, target: Resource): Resource[] {
    if (this.#seen && !this.#seen.has(type)) throw new Unseen(type);
    return this.#reader.referring(type, key, target);
  }

  /** What a resource's policies say; nothing for a type without policies. */
  statements(resource: Resource): PlacedStatement[] {
    const known = this.#statements.get(resource);
    if (known) return known;
    const placed = statements({ ...this.graph, resources: [resource] });
    this.#statements.set(resource, placed);
    return placed;
  }
}

/** What a resource is called in a report: a route by its key, since its logical name is a hash. */
export const labelOf = ({ type, name, inputs }: Resource): string =>
  type === TYPE.apiRoute ? String(inputs.routeKey) : name;
