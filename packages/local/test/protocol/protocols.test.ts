import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { json } from "../../src/protocol/json.ts";
import { query } from "../../src/protocol/query.ts";
import { restJson } from "../../src/protocol/rest-json.ts";
import { restXml } from "../../src/protocol/rest-xml.ts";
import { serve } from "../../src/protocol/service.ts";
import { AwsError } from "../../src/world.ts";
import { type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";
import { send, sign } from "../gate/wire.ts";

const unknown = (name: string) => new AwsError("UnknownOperationException", `there is no ${name}`);
const refused = new AwsError("Refused", "as <asked>", 409, { Detail: 1 });
const refuse = () => {
  throw refused;
};
const rest = { unknown, unroutable: unknown, undecodable: unknown };
const routes: [string, string][] = [
  ["ListThings", "GET /2026-01-01/things/"],
  ["GetThing", "GET /2026-01-01/things/{Id}"],
  ["PutThing", "PUT /2026-01-01/things/{Id}"],
  ["DeleteThing", "DELETE /2026-01-01/things/{Id}"],
];

/** Each protocol with a service of its own: an echo of the input, and a refusal. */
const services = [
  serve(
    {
      name: "json",
      protocol: json({ version: "1.1", target: "Things", unknown }),
      operations: { Echo: (state: string, input) => ({ state, input }), Refuse: refuse },
    },
    "kept",
  ),
  serve(
    {
      name: "query",
      protocol: query({ version: "1", namespace: "urn:things", unknown }),
      operations: { Echo: (_: string, input) => ({ Text: input.text("Text"), Gone: undefined }), Refuse: refuse },
    },
    "kept",
  ),
  serve(
    {
      name: "rest-json",
      protocol: restJson({ ...rest, routes, fault: ({ message }) => ({ message }) }),
      operations: {
        ListThings: (_: string, { query }) => ({ body: { Marker: query.get("Marker") } }),
        GetThing: (_, { path }) => ({ body: path }),
        PutThing: () => ({ status: 204 }),
      },
    },
    "kept",
  ),
  serve(
    {
      name: "rest-xml",
      protocol: restXml({ ...rest, routes, namespace: "urn:things" }),
      operations: {
        ListThings: (_: string) => ({ status: 200, root: "Things", content: { Thing: ["a", "b\u0000&"] } }),
        GetThing: refuse,
      },
    },
    "kept",
  ),
];

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({ services });
});
afterAll(() => cloud.remove());

async function ask(service: string, signing: Partial<Parameters<typeof sign>[1]> & { secret?: string } = {}) {
  const operator = cloud.credentials.operator();
  const credentials = signing.secret ? { ...operator, secretAccessKey: signing.secret } : operator;
  const request = { method: "POST", path: "/", body: "", service, credentials, ...signing };
  const { target, headers } = await sign(cloud, request);
  return send(cloud, target, { method: request.method, headers, body: request.body });
}

const target = (name: string) => ({ "x-amz-target": name });
const form = { "content-type": "application/x-www-form-urlencoded" };

describe("AWS JSON", () => {
  it("hands the operation its state and its input, and answers as JSON of the service's version", async () => {
    const answer = await ask("json", { headers: target("Things.Echo"), body: '{"a":1}' });
    expect(answer).toMatchObject({ status: 200, text: '{"state":"kept","input":{"a":1}}' });
    expect(answer.headers["content-type"]).toBe("application/x-amz-json-1.1");
  });

  it.each(["", "Echo", "Things.Other", "Things.constructor", "Others.Echo", "Things"])(
    "knows no operation by the target %j",
    async (name) => {
      const answer = await ask("json", { headers: target(name), body: "{}" });
      expect([answer.status, JSON.parse(answer.text).__type]).toEqual([400, "UnknownOperationException"]);
    },
  );

  it.each(["[", "[]", "null", "1"])("refuses the body %s", async (body) => {
    const answer = await ask("json", { headers: target("Things.Echo"), body });
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([400, "SerializationException"]);
  });

  it("tells an error with its details", async () => {
    const answer = await ask("json", { headers: target("Things.Refuse"), body: "{}" });
    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.text)).toEqual({ __type: "Refused", message: "as <asked>", Detail: 1 });
  });
});

describe("AWS query", () => {
  it("reads the operation and its input off the form, and answers with XML", async () => {
    const answer = await ask("query", { headers: form, body: "Action=Echo&Version=1&Text=a%26b" });
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/^<EchoResponse xmlns="urn:things"><EchoResult><Text>a&amp;b<\/Text><\/EchoResult>/);
  });

  it.each([
    ["Version=1", "MissingAction"],
    ["Action=Echo", "InvalidAction"],
    ["Action=Echo&Version=2", "InvalidAction"],
    ["Action=toString&Version=1", "UnknownOperationException"],
  ])("refuses %s as %s", async (body, code) => {
    expect((await ask("query", { headers: form, body })).text).toContain(`<Code>${code}</Code>`);
  });

  it("tells whose fault an error is", async () => {
    const answer = await ask("query", { headers: form, body: "Action=Refuse&Version=1" });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain("<Type>Sender</Type><Code>Refused</Code><Message>as &lt;asked&gt;</Message>");
  });
});

describe("REST", () => {
  it("finds the operation by method and path, and decodes what the path names", async () => {
    const answer = await ask("rest-json", { method: "GET", path: "/2026-01-01/things/a%2Fb%20c" });
    expect(JSON.parse(answer.text)).toEqual({ Id: "a/b c" });
  });

  it.each(["/2026-01-01/things", "/2026-01-01/things/"])(
    "takes %s for a route that ends with a slash",
    async (path) => {
      const answer = await ask("rest-json", { method: "GET", path, query: { Marker: "m" } });
      expect([answer.status, answer.text]).toEqual([200, '{"Marker":"m"}']);
    },
  );

  it.each([
    ["PATCH", "/2026-01-01/things/a", "PATCH /2026-01-01/things/a"],
    ["GET", "/2026-01-01/things/a/b", "GET /2026-01-01/things/a/b"],
    ["GET", "/x/2026-01-01/things/a", "GET /x/2026-01-01/things/a"],
    ["DELETE", "/2026-01-01/things/a", "DeleteThing"],
  ])("names what it has not: %s %s", async (method, path, named) => {
    const answer = await ask("rest-json", { method, path });
    expect([answer.status, answer.headers["x-amzn-errortype"]]).toEqual([400, "UnknownOperationException"]);
    expect(JSON.parse(answer.text).message).toBe(`there is no ${named}`);
  });

  it("answers without a body where there is none to give", async () => {
    const answer = await ask("rest-json", { method: "PUT", path: "/2026-01-01/things/a" });
    expect([answer.status, answer.text, answer.headers["content-type"]]).toEqual([204, "", undefined]);
  });

  it("writes XML that can be read, whatever the texts hold", async () => {
    const answer = await ask("rest-xml", { method: "GET", path: "/2026-01-01/things" });
    const things = "<Thing>a</Thing><Thing>b\u{FFFD}&amp;</Thing>";
    expect(answer.text).toBe(`<?xml version="1.0"?>\n<Things xmlns="urn:things">${things}</Things>`);
  });

  it("tells an error in XML", async () => {
    const answer = await ask("rest-xml", { method: "GET", path: "/2026-01-01/things/a" });
    expect([answer.status, answer.headers["content-type"]]).toEqual([409, "text/xml"]);
    expect(answer.text).toContain("<Type>Sender</Type><Code>Refused</Code><Message>as &lt;asked&gt;</Message>");
  });
});

describe("a wrong signature", () => {
  it.each([
    ["json", 400, "InvalidSignatureException"],
    ["rest-json", 403, "InvalidSignatureException"],
    ["rest-xml", 403, "SignatureDoesNotMatch"],
    ["query", 403, "SignatureDoesNotMatch"],
  ])("is refused as %s has it, whatever the request looks like", async (service, status, code) => {
    for (const headers of [{}, target("Things.Echo"), form]) {
      const answer = await ask(service, { headers, secret: "wrong" });
      expect(answer.status).toBe(status);
      expect(answer.text + answer.headers["x-amzn-errortype"]).toContain(code);
    }
  });
});
