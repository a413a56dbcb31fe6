import { request } from "node:http";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { startRpc } from "../src/run/rpc.ts";

it("answers the run it was started for, not a web page under a name of its own", async () => {
  const { url } = await startRpc({ root: tmpdir(), work: tmpdir(), account: "123456789012", problems: [] });
  const ask = (host: string) =>
    new Promise<number>((resolve, reject) => {
      const sent = request(url, { method: "POST", headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      sent.on("error", reject).end(JSON.stringify({ method: "Provider.Aws.Appsync", params: [{}] }));
    });
  const { host, port } = new URL(url);
  expect(await ask(host)).toBe(200);
  for (const other of ["evil.example", `evil.example:${port}`, `localhost.evil.example:${port}`])
    expect(await ask(other)).toBe(421);
});
