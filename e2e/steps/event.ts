import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { answered, check } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The event's own limit: enough for the photos, and small enough to exceed. */
export const IMAGE_BYTES = 5 * 1024 ** 2;

export const event: Step<Run>[] = [
  {
    name: "A creative makes an event, once",
    needs: ["Two fans and two creatives sign in"],
    async run(run) {
      const { made, nobody, clock } = run;
      const { api, userId } = made.users.creative;
      const startsAt = new Date(clock.now() + DAY_MS).toISOString();
      const asked = { title: "End to end", venue: "Hall", startsAt, imageBytes: IMAGE_BYTES };
      const key = { "idempotency-key": randomUUID() };
      const created = answered(await api("POST", "/events", asked, key), 201);
      made.eventId = created.eventId;
      assert.partialDeepStrictEqual(created, { ...asked, creativeId: userId });
      assert.deepEqual(answered(await api("POST", "/events", asked, key), 201), created);
      const other = await api("POST", "/events", { ...asked, title: "Another" }, key);
      answered(other, 422, "request.idempotency_mismatch");
      await until(run, "the event is to be read", async () => {
        assert.deepEqual(answered(await nobody("GET", `/events/${made.eventId}`), 200), created);
      });
      await until(run, "the event is to be listed", async () => {
        const { events } = answered(await nobody("GET", `/events?creativeId=${userId}`), 200);
        assert.deepEqual(events, [created]);
      });
    },
  },
  {
    name: "The event is changed, by who has read it last",
    needs: ["A creative makes an event, once"],
    async run(run) {
      const { made, nobody } = run;
      const { api } = made.users.creative;
      const path = `/events/${made.eventId}`;
      const read = await nobody("GET", path);
      answered(read, 200);
      const match = { "if-match": read.headers.get("etag") ?? "" };
      const changed = answered(await api("PATCH", path, { title: "End to end, late", venue: null }, match), 200);
      assert.equal(changed.title, "End to end, late");
      check(!("venue" in changed), "the venue is still there");
      answered(await api("PATCH", path, { title: "Too late" }, match), 412, "request.precondition_failed");
      await until(run, "the change is to be read", async () => {
        assert.deepEqual(answered(await nobody("GET", path), 200), changed);
      });
    },
  },
];
