import { readFileSync } from "node:fs";
import { type Graph, parseGraph } from "@dropclip/synth/graph";
import { describe, expect, it } from "vitest";
import { drift } from "../src/drift.ts";
import { liveGraph, matched, type Seen } from "../src/live.ts";

const graph = parseGraph(readFileSync("stacks/graph.json", "utf8"));
const types = new Set(graph.resources.map(({ type }) => type).filter((type) => type.startsWith("aws:")));

/** Ids and names that are drawn anew in every account, each with another one of the same form. */
function drawnAnew(): [string, string][] {
  const drawn = (type: string) => graph.resources.filter((one) => one.type.endsWith(`:${type}`));
  const ids = ["Api", "Authorizer", "Integration", "Route", "CachePolicy", "OriginAccessControl"]
    .concat("ResponseHeadersPolicy", "Distribution", "UserPool", "UserPoolClient", "LogDelivery", "QueryDefinition")
    .flatMap(drawn)
    .map(({ id }) => id!);
  const names = graph.resources.flatMap(({ inputs }) => /-[A-Z]\w*-[a-z]{8}$/.exec(inputs.name)?.input ?? []);
  const secrets = drawn("RandomBytes").map(({ outputs }) => outputs.base64);
  const other = (text: string) =>
    [...text].map((char, at) => (/[a-z0-9]/.test(char) && at > text.length - 7 ? shifted(char) : char)).join("");
  return [...new Set([...ids, ...names, ...secrets])].map((text) => [text, other(text)]);
}

/** The next letter or digit, so that the form stays. */
const shifted = (char: string) =>
  char === "z" ? "a" : char === "9" ? "0" : String.fromCharCode(char.charCodeAt(0) + 1);

/** What an account tells that was deployed from the graph, with what it drew itself; `change` is done by hand. */
function account(change: (seen: Seen[]) => void = () => {}): Seen[] {
  const seen = graph.resources
    .filter(({ type }) => types.has(type))
    .map(({ type, id, inputs, outputs }): Seen => ({ type, id: id!, inputs, outputs }));
  const pairs = drawnAnew().sort(([a], [b]) => b.length - a.length);
  const text = pairs.reduce((all, [made, chosen]) => all.replaceAll(made, chosen), JSON.stringify(seen));
  const there: Seen[] = JSON.parse(text);
  change(there);
  return there;
}

const differences = (seen: Seen[]) =>
  drift(graph, liveGraph(graph, matched(graph, seen, [])), types).map(({ kind, type, name, attribute = "" }) =>
    `${kind} ${type} ${name} ${attribute}`.trim(),
  );

describe("an account's resources", () => {
  it("are known under the names of the stacks, whatever ids AWS drew", () => {
    expect(drawnAnew().length).toBeGreaterThan(100);
    expect(differences(account())).toEqual([]);
  });

  it("show what was done by hand, by those names", () => {
    const seen = account((there) => {
      const route = there.find(({ inputs }) => inputs.routeKey === "PATCH /collections/{collectionId}")!;
      route.inputs = { ...route.inputs, authorizationType: "NONE", authorizerId: undefined };
      const target = there.find(({ inputs }) => inputs.routeKey === "GET /health")!;
      target.inputs = { ...target.inputs, target: "integrations/abcdefg" };
      const integration = { apiId: target.inputs.apiId, integrationUri: "arn:aws:lambda:us-east-1:1:function:other" };
      there.push({ type: "aws:apigatewayv2/integration:Integration", id: "abcdefg", inputs: integration });
    });
    const told = differences(seen);
    expect(told).toContainEqual(expect.stringMatching(/^changed Route \w+ authorizationType$/));
    expect(told).toContainEqual(expect.stringMatching(/^unexpected Integration \w+\/abcdefg$/));
    expect(told).toContainEqual(expect.stringMatching(/^changed Route \w+ target$/));
  });

  it("are not taken for one another where ids are part of other words", () => {
    const [api] = graph.resources.filter(({ type }) => type.endsWith(":Api"));
    const small: Graph = { ...graph, resources: [api!] };
    const seen = [{ type: api!.type, id: "ab", inputs: { ...api!.inputs, description: "about abs and ab" } }];
    expect(matched(small, seen, [])[0]!.inputs.description).toBe(`about abs and ${api!.id}`);
  });
});
