import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it, onTestFinished } from "vitest";
import { IN_PROGRESS_MS, Ledger } from "../../src/cloudfront/invalidation/ledger.ts";
import type { AwsError, Call } from "../../src/world.ts";
import { type Ask, ask } from "./http.ts";
import { behavior, edge, policy } from "./setup.ts";

/** The service over HTTP, as the gate hands it its calls. */
async function api(changes: Parameters<typeof edge>[0] = {}) {
  const set = await edge(changes);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url!, "http://localhost");
    const principal = {
      kind: "operator",
      arn: "arn:aws:iam::123456789012:user/operator",
      accountId: "123456789012",
    } as const;
    const method = request.method!;
    const call: Call = {
      request,
      response,
      url,
      method,
      body: Buffer.concat(chunks),
      principal,
      requestId: "R1",
      region: "us-east-1",
    };
    await set.cloudfront.handle(call).catch((error: AwsError) => set.cloudfront.fail(call, error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = async (path: string, options?: Ask) => {
    const { status, headers, body } = await ask(base, `/2020-05-31/distribution${path}`, options);
    return { status, headers, xml: new XMLParser({ parseTagValue: false }).parse(body.toString()) };
  };
  const invalidate = (paths: string[], reference: string, quantity = paths.length) =>
    send("/E1/invalidation", {
      method: "POST",
      body: `<?xml version="1.0"?><InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>${quantity}</Quantity><Items>${paths.map((path) => `<Path>${path}</Path>`).join("")}</Items></Paths><CallerReference>${reference}</CallerReference></InvalidationBatch>`,
    });
  /** Takes an invalidation to its end. */
  const complete = () => set.clock.advance(IN_PROGRESS_MS);
  const statusOf = async (id: string) => (await send(`/E1/invalidation/${id}`)).xml.Invalidation.Status;
  return { ...set, send, invalidate, complete, statusOf };
}

describe("CreateInvalidation", () => {
  it("makes the edge ask the origin again once it is complete, and not before", async () => {
    const { origin, url, invalidate, clock, statusOf } = await api();
    origin.put("/content/a.mp4", "old");
    await ask(url, "/a.mp4");
    origin.put("/content/a.mp4", "new", {}, '"v2"');
    const made = await invalidate(["/a.mp4"], "one");
    expect(made.status).toBe(201);
    const { Id, Status, InvalidationBatch } = made.xml.Invalidation;
    expect([Status, InvalidationBatch]).toEqual([
      "InProgress",
      { Paths: { Quantity: "1", Items: { Path: "/a.mp4" } }, CallerReference: "one" },
    ]);
    expect(made.headers.location).toBe(
      `https://cloudfront.amazonaws.com/2020-05-31/distribution/E1/invalidation/${Id}`,
    );
    const seen = async () => {
      const { body, headers } = await ask(url, "/a.mp4");
      return [await statusOf(Id), body.toString(), headers["x-cache"]];
    };
    await clock.advance(IN_PROGRESS_MS - 1);
    expect(await seen()).toEqual(["InProgress", "old", "Hit from cloudfront"]);
    await clock.advance(1);
    expect(await seen()).toEqual(["Completed", "new", "Miss from cloudfront"]);
    expect(await seen()).toEqual(["Completed", "new", "Hit from cloudfront"]);
  });

  it("leaves what was fetched since it was made, however old the origin's object was", async () => {
    const { origin, url, invalidate, complete } = await api();
    origin.put("/content/a", "old");
    await invalidate(["/a"], "too early");
    await ask(url, "/a");
    origin.put("/content/a", "new");
    await complete();
    expect((await ask(url, "/a")).body.toString()).toBe("old");
    await invalidate(["/a"], "now");
    await complete();
    expect((await ask(url, "/a")).body.toString()).toBe("new");
  });

  it.each([
    ["/events/1/*", ["/events/1/a", "/events/1/b/c"]],
    ["/*", ["/events/1/a", "/events/1/b/c", "/events/2", "/fi%20lm"]],
    ["/events/1*", ["/events/1/a", "/events/1/b/c"]],
    ["/fi%20lm", ["/fi%20lm"]],
    ["/events/1", []],
    ["/Events/2", []],
  ])("%s covers %j", async (path, gone) => {
    const { origin, url, invalidate, complete } = await api();
    const all = ["/events/1/a", "/events/1/b/c", "/events/2", "/fi%20lm"];
    for (const one of all) {
      origin.put(`/content${one}`, "x");
      await ask(url, one);
    }
    await invalidate([path], "one");
    await complete();
    const missed = [];
    for (const one of all) if ((await ask(url, one)).headers["x-cache"] === "Miss from cloudfront") missed.push(one);
    expect(missed).toEqual(gone);
  });

  it("covers a query string only when it is named or under a wildcard", async () => {
    const { origin, url, invalidate, complete } = await api({
      defaultBehavior: behavior({ cachePolicy: policy({ queryStrings: "all" }) }),
    });
    origin.put("/content/a", "x");
    const hit = async () => (await ask(url, "/a?v=1&amp=2")).headers["x-cache"] === "Hit from cloudfront";
    await hit();
    await invalidate(["/a"], "one");
    await complete();
    expect(await hit()).toBe(true);
    await invalidate(["/a?v=1&amp;amp=2"], "two");
    await complete();
    expect(await hit()).toBe(false);
    await invalidate(["/a*"], "three");
    await complete();
    expect(await hit()).toBe(false);
  });

  it.each([
    ["overtakes a fetch from before that is still under way when it completes", true, "new"],
    ["keeps what a fetch from before brought until it completes", false, "old"],
  ])("%s", async (_, completeFirst, kept) => {
    const { origin, url, invalidate, complete } = await api();
    const asked = Promise.withResolvers<() => void>();
    origin.override = (_, response) =>
      asked.resolve(() => response.writeHead(200, { etag: '"old"', "content-length": "3" }).end("old"));
    const viewer = ask(url, "/a");
    const answer = await asked.promise;
    await invalidate(["/a"], "one");
    origin.override = undefined;
    origin.put("/content/a", "new");
    if (completeFirst) {
      await complete();
      expect((await ask(url, "/a")).body.toString()).toBe("new");
    }
    answer();
    expect((await viewer).body.toString()).toBe("old");
    expect((await ask(url, "/a")).body.toString()).toBe(kept);
    await complete();
    expect((await ask(url, "/a")).body.toString()).toBe("new");
  });

  it("is the same invalidation for the same reference and paths, and an error for other paths", async () => {
    const { invalidate, send } = await api();
    const first = await invalidate(["/a", "/b"], "one");
    const again = await invalidate(["/b", "/a"], "one");
    expect([again.status, again.xml.Invalidation.Id]).toEqual([201, first.xml.Invalidation.Id]);
    const other = await invalidate(["/c"], "one");
    expect([other.status, other.xml.ErrorResponse.Error.Code]).toEqual([400, "InvalidationBatchAlreadyExists"]);
    expect((await send("/E1/invalidation")).xml.InvalidationList.Quantity).toBe("1");
  });

  it.each([
    ["a path without its slash", ["a.mp4"], "InvalidArgument", 400],
    ["a wildcard that is not last", ["/a*b"], "InvalidArgument", 400],
    ["two wildcards", ["/a**"], "InvalidArgument", 400],
    ["a broken escape", ["/a%zz"], "InvalidArgument", 400],
    ["white space", ["/a b"], "InvalidArgument", 400],
    ["more than 4,000 characters", [`/${"a".repeat(4000)}`], "InvalidArgument", 400],
    ["no path", [], "InvalidArgument", 400],
    ["more than 3,000 paths", Array.from({ length: 3001 }, (_, n) => `/${n}`), "BatchTooLarge", 413],
    ["more than 15 wildcards", Array.from({ length: 16 }, (_, n) => `/${n}/*`), "BatchTooLarge", 413],
  ])("refuses %s", async (_, paths, code, status) => {
    const { invalidate } = await api();
    const answer = await invalidate(paths, "one");
    expect([answer.status, answer.xml.ErrorResponse.Error.Code]).toEqual([status, code]);
  });

  it.each([
    ["3,000 files", 3000, (n: number) => `/${n}`, "in-progress invalidations."],
    ["15 wildcards", 15, (n: number) => `/${n}/*`, "in-progress wildcard invalidations."],
  ])("works off %s at a time, in one batch or several, and refuses more until there is room", async (...row) => {
    const [, quota, path, words] = row;
    const { invalidate, clock, send, statusOf } = await api({ defaultBehavior: behavior() });
    const paths = Array.from({ length: quota + 1 }, (_, n) => path(n));
    const made = [await invalidate(paths.slice(0, quota - 1), "most")];
    await clock.advance(1000);
    made.push(await invalidate(paths.slice(quota - 1, quota), "last"));
    expect(made.map(({ status }) => status)).toEqual([201, 201]);
    expect((await send("/E1")).xml.Distribution.InProgressInvalidationBatches).toBe("2");
    const refused = await invalidate(paths.slice(quota), "too much");
    const { Code, Message } = refused.xml.ErrorResponse.Error;
    expect([refused.status, Code]).toEqual([400, "TooManyInvalidationsInProgress"]);
    expect(Message).toContain(words);
    // The same again is no more; and the other kind has a quota of its own.
    expect((await invalidate(paths.slice(quota - 1, quota), "last")).status).toBe(201);
    expect((await invalidate([quota === 15 ? "/a" : "/a*"], "other kind")).status).toBe(201);
    await clock.advance(IN_PROGRESS_MS - 1000);
    expect(await statusOf(made[0]!.xml.Invalidation.Id)).toBe("Completed");
    expect(await statusOf(made[1]!.xml.Invalidation.Id)).toBe("InProgress");
    expect((await invalidate(paths.slice(0, quota), "one too many")).status).toBe(400);
    // What was refused left nothing behind: its reference is free.
    expect((await invalidate(paths.slice(quota), "too much")).status).toBe(201);
  });

  it("goes on after a restart, in progress for as long as it would have been", async () => {
    const { invalidate, world, clock } = await api();
    const wildcards = Array.from({ length: 15 }, (_, n) => `/${n}/*`);
    const { Id } = (await invalidate(wildcards, "one")).xml.Invalidation;
    await clock.advance(IN_PROGRESS_MS - 1);
    const restarted = new Ledger(world);
    const another = { callerReference: "two", paths: ["/a*"] };
    expect(() => restarted.record("E1", another)).toThrow("in-progress wildcard");
    // A quota is the distribution's own.
    expect(restarted.record("E2", another).repeated).toBe(false);
    expect(restarted.inProgress("E1").map(({ id }) => id)).toEqual([Id]);
    await clock.advance(1);
    expect(restarted.inProgress("E1")).toEqual([]);
    expect(restarted.record("E1", another).repeated).toBe(false);
  });

  it("refuses a wrong quantity, an empty body, broken XML and an empty reference", async () => {
    const { invalidate, send } = await api();
    const codes = [await invalidate(["/a"], "one", 2), await invalidate(["/a"], "")];
    for (const body of ["", "<InvalidationBatch><Paths>", "<Other/>"]) {
      codes.push(await send("/E1/invalidation", { method: "POST", body }));
    }
    expect(codes.map(({ xml }) => xml.ErrorResponse.Error.Code)).toEqual([
      "InconsistentQuantities",
      "InvalidArgument",
      "MissingBody",
      "MalformedXML",
      "InvalidArgument",
    ]);
  });

  it("asks for permission on the distribution", async () => {
    const { invalidate, denied } = await api();
    denied.add("cloudfront:CreateInvalidation arn:aws:cloudfront::123456789012:distribution/E1");
    const { status, xml } = await invalidate(["/a"], "one");
    expect([status, xml.ErrorResponse.Error]).toMatchObject([403, { Code: "AccessDenied", Type: "Sender" }]);
    expect(xml.ErrorResponse.RequestId).toBe("R1");
  });
});

describe("the rest of the API", () => {
  it("lists invalidations newest first, a page at a time", async () => {
    const { invalidate, send, clock } = await api();
    const ids = [];
    for (const reference of ["1", "2", "3"]) {
      ids.unshift((await invalidate(["/a"], reference)).xml.Invalidation.Id);
      await clock.advance(1000);
    }
    const first = (await send("/E1/invalidation?MaxItems=2")).xml.InvalidationList;
    expect([first.IsTruncated, first.NextMarker]).toEqual(["true", ids[1]]);
    await clock.advance(IN_PROGRESS_MS - 3000);
    expect(first.Items.InvalidationSummary.map(({ Id }: { Id: string }) => Id)).toEqual(ids.slice(0, 2));
    const rest = (await send(`/E1/invalidation?MaxItems=2&Marker=${first.NextMarker}`)).xml.InvalidationList;
    expect([rest.IsTruncated, rest.Items.InvalidationSummary.Id]).toEqual(["false", ids[2]]);
    const statuses = [...first.Items.InvalidationSummary, rest.Items.InvalidationSummary].map(({ Status }) => Status);
    expect(statuses).toEqual(["InProgress", "InProgress", "Completed"]);
  });

  it("describes distributions", async () => {
    const { send } = await api();
    const { Distribution } = (await send("/E1")).xml;
    expect(Distribution).toMatchObject({ Id: "E1", Status: "Deployed", DomainName: "d1.cloudfront.net" });
    const { DistributionList } = (await send("")).xml;
    expect(DistributionList.Items.DistributionSummary.ARN).toBe("arn:aws:cloudfront::123456789012:distribution/E1");
  });

  it.each([
    ["/E2", undefined, 404, "NoSuchDistribution"],
    ["/E2/invalidation", undefined, 404, "NoSuchDistribution"],
    ["/E1/invalidation/I1", undefined, 404, "NoSuchInvalidation"],
    ["/E1/config", { method: "PUT" }, 501, "NotImplemented"],
    ["", { method: "POST" }, 501, "NotImplemented"],
  ])("answers %s loudly", async (path, options, status, code) => {
    const { send } = await api();
    const answer = await send(path, options);
    expect([answer.status, answer.xml.ErrorResponse.Error.Code]).toEqual([status, code]);
  });
});
