import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { afterAll, describe, expect, it } from "vitest";
import { type Api, apiOf, ROOT, signIn } from "../support/cloud.ts";
import { bodyOf, pages, tiny } from "./support.ts";

const directory = mkdtempSync(join(tmpdir(), "dropclip-crash-"));
let child: ChildProcess | undefined;

const kill = async (signal: NodeJS.Signals) => {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
};
afterAll(async () => {
  await kill("SIGTERM");
  rmSync(directory, { recursive: true, force: true });
});

/** `dropclip start --json` as a process of its own; the API as the seeded fan once it is ready. */
async function start(): Promise<Api> {
  child = spawn(process.execPath, [join(ROOT, "packages/cli/bin/dropclip.mjs"), "start", "--port", "0", "--json"], {
    env: { ...process.env, DROPCLIP_DIRECTORY: directory },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout!), "line");
  const ready = JSON.parse(line) as Parameters<typeof signIn>[0];
  return apiOf(ready.api, await signIn(ready, "fan"));
}

describe("an Idempotency-Key through kill -9", () => {
  it("makes one upload of many tries, none of them half", async () => {
    const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
    const create = (call: Api, key: string) =>
      call("POST", `/events/${DEMO_EVENT_ID}/uploads`, tiny, { "idempotency-key": key });
    let fan = await start();
    const known = bodyOf(await create(fan, "known"), 201);
    // Killed in the middle of them: some are made, some are not, some are made and never answered.
    const first = create(fan, keys[0]!);
    const asked = Promise.allSettled([first, ...keys.slice(1).map((key) => create(fan, key))]);
    await first;
    await kill("SIGKILL");
    const answered = (await asked).flatMap((one) =>
      one.status === "fulfilled" && one.value.status === 201 ? [one.value.body] : [],
    );

    fan = await start();
    const again = (await Promise.all(keys.map((key) => create(fan, key)))).map((answer) => bodyOf(answer, 201));
    const uploads = await pages(fan, "/me/uploads", "uploads", 5);
    expect(uploads.toSorted(byId)).toEqual([known, ...again].toSorted(byId));
    for (const upload of answered) expect(again).toContainEqual(upload);
    expect(bodyOf(await create(fan, "known"), 201)).toEqual(known);
  });
});

const byId = (a: { uploadId: string }, b: { uploadId: string }) => (a.uploadId < b.uploadId ? -1 : 1);
