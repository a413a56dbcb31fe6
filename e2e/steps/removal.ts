import assert from "node:assert/strict";
import { gone, servedOf } from "../edge.ts";
import { answered, check } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { inOrder } from "./collection.ts";
import { list, nameOf } from "./gallery.ts";

/** Deletes what the run has made; skipped with `--keep`. */
export const removal: Step<Run>[] = [
  {
    name: "A deleted upload is gone from everywhere",
    needs: [
      "A collection is filled, put in order, and read by everybody",
      "The videos play as one file, from any place in it",
    ],
    async run(run) {
      const { mixed, parts } = run.made.uploads;
      const { fan } = run.made.users;
      answered(await fan.api("DELETE", `/uploads/${mixed}`), 204);
      answered(await fan.api("DELETE", `/uploads/${mixed}`), 204);
      const left = answered(await fan.api("GET", `/uploads/${mixed}`), [200, 404]);
      check(left.status === undefined || left.status === "deleted", `the upload is ${left.status}`);
      await until(run, "gallery and list are to leave it out", async () => {
        const names = (await list(run)).map(nameOf);
        check(!names.some((name) => name.startsWith(mixed)), "it is in the gallery");
        const { uploads } = answered(await fan.api("GET", "/me/uploads"), 200);
        check(!uploads.some(({ uploadId }: any) => uploadId === mixed), "it is in the fan's list");
      });
      await inOrder(run, [{ uploadId: parts, mediaId: "video" }]);
      await gone(run, "the upload is to be gone from the CDN", servedOf(run, { uploadId: mixed }));
    },
  },
  {
    name: "A deleted collection is gone",
    needs: ["A collection is made and renamed"],
    async run({ nobody, made }) {
      const { api } = made.users.creative;
      const path = `/collections/${made.collectionId}`;
      answered(await api("DELETE", path), 204);
      answered(await nobody("GET", path), 404);
    },
  },
  {
    name: "A flyer that is taken away is gone, twice is once",
    needs: ["Another flyer takes its place, and tells nothing of the phone"],
    async run(run) {
      const { made, nobody } = run;
      const { api } = made.users.creative;
      const path = `/events/${made.eventId}`;
      const { thumbnail } = answered(await nobody("GET", path), 200).flyer;
      for (let time = 0; time < 2; time++) answered(await api("DELETE", `${path}/flyer`), 204);
      assert.deepEqual(answered(await api("GET", `${path}/flyer`), 200), {});
      const { flyer } = answered(await nobody("GET", path), 200);
      check(flyer === undefined, "the event still has it");
      await gone(run, "the flyer is to be gone from the CDN", [made.flyer, thumbnail]);
    },
  },
  {
    name: "A deleted event is gone with all that belonged to it",
    needs: ["A creative makes an event, once"],
    async run(run) {
      const { made, nobody } = run;
      const { fan, creative } = made.users;
      const path = `/events/${made.eventId}`;
      answered(await creative.api("DELETE", path), 204);
      answered(await creative.api("DELETE", path), 204);
      await until(run, "the event is to be gone", async () => {
        answered(await nobody("GET", path), 404, "event.not_found");
        answered(await nobody("GET", `${path}/media`), 404);
        const { events } = answered(await nobody("GET", `/events?creativeId=${creative.userId}`), 200);
        assert.deepEqual(events, []);
      });
      const late = { files: [{ name: "late.jpg", bytes: 1000 }] };
      answered(await fan.api("POST", `${path}/uploads`, late), 404, "event.not_found");
      await until(run, "its uploads are to be gone", async () => {
        for (const { api } of [fan, creative])
          assert.deepEqual(answered(await api("GET", "/me/uploads"), 200).uploads, []);
      });
      // If an earlier step failed, maybe nothing was ever served.
      if (made.served.size > 0) await gone(run, "everything is to be gone from the CDN", servedOf(run));
    },
  },
  {
    name: "A deleted account takes its events along, which is asked before, and its tokens open nothing",
    needs: ["Two fans and two creatives sign in"],
    async run(run) {
      const { made, nobody } = run;
      const { api, userId } = made.users.otherCreative;
      const { eventId } = answered(await api("POST", "/events", { title: "Goes with its creative" }), 201);
      // Lists lag a little behind, and the creatives of events are found through them.
      await until(run, "the event is to be listed", async () => {
        const { events } = answered(await nobody("GET", `/events?creativeId=${userId}`), 200);
        assert.deepEqual(
          events.map((one: any) => one.eventId),
          [eventId],
        );
      });
      answered(await api("DELETE", "/me"), 409, "account.has_events");
      assert.equal(answered(await api("GET", "/me"), 200).userId, userId);
      for (let time = 0; time < 2; time++) answered(await api("DELETE", "/me?events=delete"), 204);
      answered(await api("GET", "/me"), 401, "account.deleted");
      answered(await api("POST", "/events", { title: "Too late" }), 401, "account.deleted");
      await until(run, "the event is to be gone", async () =>
        answered(await nobody("GET", `/events/${eventId}`), 404, "event.not_found"),
      );
    },
  },
];
