import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { post } from "../src/webhook/post.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function receiver(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}
const send = (url: string, timeoutMs?: number) => post(url, { body: "{}", headers: { "webhook-id": "a" } }, timeoutMs);

it.each([
  [200, "delivered"],
  [204, "delivered"],
  [301, "failed"],
  [404, "failed"],
  [410, "gone"],
  [500, "failed"],
])("an answer of %i: %s", async (status, result) => {
  const url = await receiver((_, response) => response.writeHead(status).end());
  expect(await send(url)).toMatchObject({ result, answer: String(status) });
});

it("a redirect is not followed", async () => {
  const asked: string[] = [];
  const url = await receiver((request, response) => {
    asked.push(request.url!);
    response.writeHead(307, { location: "/elsewhere" }).end();
  });
  expect(await send(url)).toMatchObject({ result: "failed", answer: "307" });
  expect(asked).toEqual(["/hook"]);
});

it("no answer in time, or none at all, says so", async () => {
  const url = await receiver(() => {});
  expect(await send(url, 50)).toMatchObject({ result: "slow", answer: "TimeoutError" });
  const [server] = servers.splice(0);
  server!.closeAllConnections();
  server!.close();
  await once(server!, "close");
  expect(await send(url)).toMatchObject({ result: "failed", answer: "ECONNREFUSED" });
});

it("of a body without end no more is read than what was on its way", async () => {
  let closed: Promise<unknown> | undefined;
  const url = await receiver((_, response) => {
    closed = once(response, "close");
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  expect(await send(url)).toMatchObject({ result: "delivered" });
  await closed;
});
