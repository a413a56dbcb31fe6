import { describe, expect, it } from "vitest";
import { formatGraph, type Graph, parseGraph } from "../src/graph.ts";
import { Query } from "../src/query.ts";

const graph: Graph = {
  version: 1,
  app: "shop",
  stage: "dev",
  dev: false,
  account: "123456789012",
  region: "eu-west-1",
  outputs: {},
  builds: [],
  resources: [
    {
      type: "aws:sqs/queue:Queue",
      name: "Orders",
      id: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
      inputs: { name: "orders", policy: '{"Version":"2012-10-17","Statement":[]}' },
      outputs: {},
      options: {},
    },
    { type: "sst:aws:Queue", name: "Orders", inputs: {}, outputs: {}, options: {} },
  ],
};

describe("formatGraph", () => {
  const written = JSON.parse(formatGraph(graph));

  it("sorts keys and leaves out what is empty", () => {
    expect(Object.keys(written)).toEqual(Object.keys(written).toSorted());
    expect(written.resources[1]).toEqual({ name: "Orders", type: "sst:aws:Queue" });
  });

  it("lays JSON inside strings open, in the order it was written", () => {
    expect(JSON.stringify(written.resources[0].inputs.policy)).toBe(
      '{"$json":{"Version":"2012-10-17","Statement":[]}}',
    );
  });

  it.each(['{"a": 1}', '{"2":0,"1":0}', "{not json}", "[", "{}", "[1,2]", '{"a":1e3}'])(
    "gives %s back byte for byte",
    (text) => {
      const [queue] = graph.resources;
      const odd = { ...graph, resources: [{ ...queue!, inputs: { text, deep: [{ text }] } }] };
      expect(parseGraph(formatGraph(odd))).toEqual(odd);
    },
  );
});

describe("parseGraph", () => {
  const damage = (change: (raw: any) => void) => {
    const raw = JSON.parse(formatGraph(graph));
    change(raw);
    return () => parseGraph(JSON.stringify(raw));
  };

  it("reads what formatGraph wrote", () => expect(parseGraph(formatGraph(graph))).toEqual(graph));

  it.each<[string, () => unknown, string]>([
    ["a file cut short", () => parseGraph(formatGraph(graph).slice(0, 40)), "not JSON ("],
    ["an empty file", () => parseGraph(""), "not JSON ("],
    ["another document", () => parseGraph("[]"), "not a JSON object"],
    ["null", () => parseGraph("null"), "not a JSON object"],
    ["another version", damage((raw) => (raw.version = 2)), "version 2, this program reads version 1"],
    ["a missing member", damage((raw) => delete raw.region), "region is missing"],
    ["a wrong type", damage((raw) => (raw.resources[1].name = 7)), "resources[1].name: expected string, found 7"],
    [
      "an unknown member",
      damage((raw) => (raw.resources[0].nmae = "")),
      'resources[0].nmae: expected never, found "nmae"',
    ],
    ["a bad account", damage((raw) => (raw.account = "12")), 'account: expected /^\\d{12}$/, found "12"'],
    [
      "a resource given twice",
      damage((raw) => raw.resources.push(raw.resources[0])),
      "two resources aws:sqs/queue:Queue named Orders",
    ],
  ])("says in one line what is wrong with %s", (_, parse, message) => {
    expect(parse).toThrow(message);
    expect(parse).toThrow(/^stacks\/graph\.json: [^\n]*; npm run synth writes it anew$/);
  });
});

describe("Query", () => {
  const query = new Query(graph);

  it("finds resources by short type, components only by their full one", () => {
    expect(query.get("Queue", "Orders").id).toContain("sqs.eu-west-1");
    expect(query.get("sst:aws:Queue", "Orders").id).toBeUndefined();
    expect(query.all("Bucket")).toEqual([]);
  });

  it("names what there is when it finds nothing", () => {
    expect(() => query.get("Queue", "Order")).toThrow("there is no Queue Order; there is Orders");
    expect(() => query.get("Bucket", "Order")).toThrow("there is none at all");
  });
});
