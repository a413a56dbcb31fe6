import { type Graph, type Resource, shortType } from "@dropclip/synth/graph";

/** A rule: what of a graph AWS or its provider would not take, or would take and not do, a line each. */
export type Rule = (graph: Graph) => string[];

/** One line about one resource. */
export const finding = ({ type, name }: Resource, what: string) => `${shortType(type)} ${name}: ${what}`;

/** The resources of a Pulumi type. */
export const all = ({ resources }: Graph, type: string): Resource[] => resources.filter((one) => one.type === type);

/** The resource that a name, ARN or id given in another's inputs means. */
export const meant = (graph: Graph, type: string, reference: unknown): Resource | undefined =>
  all(graph, type).find(({ id, inputs, outputs }) =>
    [id, outputs.arn, outputs.name, inputs.name, inputs.bucket].includes(reference),
  );
