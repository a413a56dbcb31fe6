import assert from "node:assert/strict";
import { gone, served, shown } from "../edge.ts";
import { answered, check, Never } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { announced, sendAll } from "../send.ts";
import { list, nameOf } from "./gallery.ts";

export const review: Step<Run>[] = [
  {
    name: "What waits for the creative is served to nobody, until they publish it",
    needs: ["Media that are shown again are served again"],
    async run(run) {
      const { made, target } = run;
      const { fan, creative } = made.users;
      const event = `/events/${made.eventId}`;
      assert.equal(answered(await creative.api("PATCH", event, { review: true }), 200).review, true);
      const uploadId = await waiting(run, [made.sample.photo, made.sample.drawing]);
      const urls = ["image1", "image2"].map(
        (mediaId) => `${target.cdn}/events/${made.eventId}/uploads/${fan.userId}/${uploadId}/images/${mediaId}.jpg`,
      );
      await gone(run, "what waits is not to be served", urls);
      const { media } = answered(await creative.api("GET", `${event}/review`), 200);
      assert.deepEqual(media.map(nameOf).toSorted(), [`${uploadId}/image1`, `${uploadId}/image2`]);

      const text = "Not of this night.";
      const refusal = { media: [{ uploadId, mediaId: "image2" }], text };
      for (let time = 0; time < 2; time++) {
        const { results } = answered(await creative.api("POST", `${event}/review/refuse`, refusal), 200);
        assert.deepEqual(results, [{ uploadId, mediaId: "image2", outcome: "refused" }]);
      }
      const { results } = answered(
        await creative.api("POST", `${event}/review/publish`, { media: [{ uploadId }] }),
        200,
      );
      assert.deepEqual(results, [{ uploadId, mediaId: "image1", outcome: "published" }]);
      await until(run, "the gallery is to have what was published", async () => {
        const names = (await list(run)).map(nameOf);
        check(names.includes(`${uploadId}/image1`), "it is not listed");
        check(!names.includes(`${uploadId}/image2`), "what was refused is listed");
      });
      await shown(run, "it is to be served", urls.slice(0, 1));
      await served(run, urls[0]!, /^image\/jpeg$/);
      await gone(run, "what was refused is not to be served", urls.slice(1));
      const record = answered(await fan.api("GET", `/uploads/${uploadId}`), 200);
      assert.partialDeepStrictEqual(record.media[1], {
        ...{ status: "rejected", reason: { code: "media.refused", said: text } },
      });
      answered(await fan.api("DELETE", `/uploads/${uploadId}`), 204);
      const after = answered(await creative.api("PATCH", event, { review: false }), 200);
      check(!after.review, "the event still asks for review");
    },
  },
];

/** Sends files that then wait for the event's creative; the upload's id. */
async function waiting(run: Run, files: string[]): Promise<string> {
  const { made, signal } = run;
  const { fan } = made.users;
  const created = answered(await fan.api("POST", `/events/${made.eventId}/uploads`, { files: announced(files) }), 201);
  await sendAll(fan.api, created, files, signal);
  await until(run, "the photos are to wait", async () => {
    const record = answered(await fan.api("GET", `/uploads/${created.uploadId}`), 200);
    if (["rejected", "failed"].includes(record.status)) throw new Never(`the upload is ${record.status}`);
    assert.equal(record.status, "complete");
    for (const media of record.media) check(media.waiting && !media.urls, `${media.mediaId} does not wait`);
  });
  return created.uploadId;
}
