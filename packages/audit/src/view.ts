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

/** A graph, as the rules ask it. */
export class View {
  readonly graph: Graph;
  readonly #reader: Reader;
  readonly #statements = new Map<Resource, PlacedStatement[]>();

  constructor(graph: Graph) {
    this.graph = graph;
    this.#reader = new Reader(graph);
  }

  get isProduction(): boolean {
    return this.graph.stage === PRODUCTION;
  }

  all(type: string): Resource[] {
    return this.#reader.all(type);
  }

  /** The resource of the type that a name, ARN, id or URL means, as it stands in another's inputs. */
  meant(type: string, reference: unknown): Resource | undefined {
    return this.all(type).find((resource) => identities(resource).includes(reference));
  }

  /** The resources of the type whose input `key` means the target. */
  about(type: string, key: string, target: Resource): Resource[] {
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
