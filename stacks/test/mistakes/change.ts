import type { Graph, Resource } from "@dropclip/synth/graph";
import { Query } from "@dropclip/synth/query";

/** Puts a mistake into a graph. */
export type Change = (graph: Graph) => void;

/** A mistake, and the rule of the audit that finds it, with what it says the mistake is about. */
export type Mistake = [what: string, change: Change, rule: string, at: string];

/** Changes inputs of one resource. */
export const set =
  (type: string, name: string, inputs: Record<string, unknown>): Change =>
  (graph) =>
    void Object.assign(new Query(graph).get(type, name).inputs, inputs);

/** Changes what stands deeper within the inputs of one resource. */
export const within =
  (type: string, name: string, change: (inputs: any, resource: Resource) => void): Change =>
  (graph) => {
    const resource = new Query(graph).get(type, name);
    change(resource.inputs, resource);
  };

export const remove =
  (type: string, name: string): Change =>
  (graph) => {
    const gone = new Query(graph).get(type, name);
    graph.resources = graph.resources.filter((resource) => resource !== gone);
  };

/** A resource of the logical name Seed. */
export const add =
  (type: string, inputs: Record<string, unknown>): Change =>
  (graph) =>
    void graph.resources.push({ type, name: "Seed", id: "seed", inputs, outputs: {}, options: {} });

/** One more statement in a policy that stands alone. */
export const state = (type: string, name: string, statement: object): Change =>
  within(type, name, (inputs) => {
    const document = JSON.parse(inputs.policy);
    inputs.policy = JSON.stringify({ ...document, Statement: [...document.Statement, { Sid: "Seed", ...statement }] });
  });

/** One more inline policy at the sweep's role, whose only statement allows that. */
export const allow = (Action: string | string[], Resource: string | string[], more: object = {}): Change =>
  within("Role", "SweepRole", (inputs) => {
    const Statement = [{ Effect: "Allow", Action, Resource, ...more }];
    inputs.inlinePolicies.push({ name: "seed", policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
  });

/** A managed policy with one statement. */
export const managed = (Action: string, Resource: string): Change =>
  add("aws:iam/policy:Policy", {
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] }),
  });

/** As the stage that people use for real. */
export const inProduction =
  (change: Change): Change =>
  (graph) => {
    graph.stage = "production";
    change(graph);
  };
