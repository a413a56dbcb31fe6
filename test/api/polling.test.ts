import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, type TestCloud, testCloud } from "../support/cloud.ts";
import { bodyOf, forgetCalls, newEvent, openapi, published } from "./support.ts";

let cloud: TestCloud;
let creative: Api;
let eventId: string;

beforeAll(async () => {
  cloud = await testCloud();
  creative = await cloud.as("creative");
  ({ eventId } = await newEvent(creative));
  await published(cloud, { eventId, count: 3 });
});
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

const ask = (path: string, etag?: string) =>
  fetch(`${cloud.api}${path}`, etag ? { headers: { "if-none-match": etag } } : {});
const etagOf = async (path: string) => {
  const answer = await ask(path);
  await answer.arrayBuffer();
  return answer.headers.get("etag")!;
};

describe("who waits for something new in a public list", () => {
  it.each([
    ["the gallery", () => `/events/${eventId}/media`],
    ["the gallery, of which there is more", () => `/events/${eventId}/media?limit=2`],
    ["the events", () => "/events"],
    ["the events, of which there are more", () => "/events?limit=1"],
  ])("is told how often to ask, and in few bytes that there is nothing: %s", async (_, path) => {
    const first = await ask(path());
    expect(first.status).toBe(200);
    await first.arrayBuffer();
    for (let time = 0; time < 3; time++) {
      const again = await ask(path(), first.headers.get("etag")!);
      expect([again.status, await again.text()]).toEqual([304, ""]);
      for (const { headers } of [first, again]) {
        expect(headers.get("cache-control")).toBe("public, max-age=5");
        expect(headers.get("vary")).toMatch(/\borigin\b/i);
        expect(headers.get("etag")).toBe(first.headers.get("etag"));
      }
    }
  });

  it("is told of what is published, hidden and beyond the end of the page", async () => {
    const path = `/events/${eventId}/media?limit=4`;
    const before = await etagOf(path);
    const { uploadId } = await published(cloud, { eventId });
    const after = await etagOf(path);
    // As many entries as the page holds, and then there is a next one.
    expect(after).not.toBe(before);
    const all = bodyOf(await creative("GET", path));
    expect(all.cursor).toBeUndefined();
    bodyOf(await creative("PATCH", `/uploads/${uploadId}/media/image1`, { hidden: true }));
    expect(await etagOf(path)).toBe(before);
    const short = `/events/${eventId}/media?limit=3`;
    expect(await etagOf(short)).not.toBe(after);
  });

  it("reads the list and its event, and no more", async () => {
    const path = `/events/${eventId}/media`;
    const etag = await etagOf(path);
    const uses = () =>
      cloud
        .access()
        .roles.find(({ role }) => role.includes("public-api"))!
        .grants.filter(({ action }) => action.startsWith("dynamodb:"))
        .reduce((sum, { used }) => sum + used, 0);
    const before = uses();
    expect((await ask(path, etag)).status).toBe(304);
    expect(uses() - before).toBe(2);
  });

  it("finds it in openapi.json", () => {
    for (const path of ["/events", "/events/{eventId}/media"]) {
      const { headers } = openapi.paths[path].get.responses[200];
      expect(headers["Cache-Control"].description).toContain("5 seconds");
      expect(headers.ETag.description).toContain("If-None-Match");
    }
    const parameters: any[] = openapi.paths["/events/{eventId}/media"].get.parameters;
    expect(parameters.filter(({ deprecated }) => deprecated).map(({ name }) => name)).toEqual(["type"]);
    expect(parameters.map(({ name }) => name)).toContain("contentType");
  });

  it("may keep nothing else", async () => {
    for (const path of ["/health", `/events/${eventId}`, "/nothing", `/events/${eventId}/media?limit=0`]) {
      const answer = await ask(path);
      await answer.arrayBuffer();
      expect([path, answer.headers.get("cache-control") ?? "no-store"]).toEqual([path, "no-store"]);
    }
  });
});
