import { request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CallbackListener, listenForCallback } from "../src/identity/callback.ts";

let listener: CallbackListener;
beforeAll(async () => {
  listener = await listenForCallback([41_810, 41_811, 41_812]);
});
afterAll(() => listener.close());

const ask = (host: string, path: string) =>
  new Promise<number>((resolve, reject) => {
    const { port } = new URL(listener.redirectUri);
    const sent = request({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on("error", reject).end();
  });

it("takes the browser's return under a name of this machine only", async () => {
  const back = listener.wait("right");
  expect(await ask("evil.example", "/callback?state=right&code=theirs")).toBe(421);
  expect(await ask("localhost.evil.example", "/callback?state=right&code=theirs")).toBe(421);
  const answered = ask(new URL(listener.redirectUri).host, "/callback?state=right&code=ours");
  const { answer, reply } = await back;
  await reply("Signed in", "Done.");
  expect([await answered, answer.get("code")]).toEqual([200, "ours"]);
});
