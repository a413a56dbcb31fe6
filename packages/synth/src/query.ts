import { type Graph, type Resource, shortType } from "./graph.ts";

/** Queries on a graph, for tests. A type is Pulumi's token or its last part: `Bucket`, `sst:aws:Bucket`. */
export class Query {
  readonly graph: Graph;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** Every resource of the type. With a short type, components of that name are left out. */
  all(type: string): Resource[] {
    return this.graph.resources.filter(
      (resource) => resource.type === type || (shortType(resource.type) === type && !resource.type.startsWith("sst:")),
    );
  }

  /** The one resource of the type with that logical name; throws, and names those that exist. */
  get(type: string, name: string): Resource {
    const [found, other] = this.all(type).filter((resource) => resource.name === name);
    if (found && !other) return found;
    if (other) throw new Error(`${type} ${name} is ambiguous: use one of ${found?.type}, ${other.type}`);
    const names = this.all(type).map((resource) => resource.name);
    throw new Error(`there is no ${type} ${name}; there is ${names.join(", ") || "none at all"}`);
  }
}
