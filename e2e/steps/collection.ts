import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { answered } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { nameOf } from "./gallery.ts";

const MADE = "A collection is made and renamed";

export const collection: Step<Run>[] = [
  {
    name: MADE,
    needs: ["Two fans and two creatives sign in"],
    async run(run) {
      const { made, nobody } = run;
      const { api, userId } = made.users.creative;
      const asked = { title: "Best of", description: "The best of it" };
      const key = { "idempotency-key": randomUUID() };
      const created = answered(await api("POST", "/collections", asked, key), 201);
      made.collectionId = created.collectionId;
      assert.partialDeepStrictEqual(created, { ...asked, creativeId: userId, size: 0 });
      assert.equal(answered(await api("POST", "/collections", asked, key), 201).collectionId, made.collectionId);
      const path = `/collections/${made.collectionId}`;
      const renamed = answered(await api("PATCH", path, { title: "Very best of", description: null }), 200);
      assert.equal(renamed.title, "Very best of");
      await until(run, "the collection is to be read and listed", async () => {
        const read = answered(await nobody("GET", path), 200);
        assert.deepEqual(read, { ...renamed, media: [] });
        const { collections } = answered(await api("GET", "/collections"), 200);
        assert.deepEqual(collections, [renamed]);
      });
    },
  },
  {
    name: "A collection is filled, put in order, and read by everybody",
    needs: [MADE, "All of it is complete"],
    async run(run) {
      const { api } = run.made.users.creative;
      const { mixed, parts } = run.made.uploads;
      const clip = { uploadId: mixed, mediaId: "video" };
      const photo = { uploadId: mixed, mediaId: "image1" };
      const drawing = { uploadId: mixed, mediaId: "image2" };
      const other = { uploadId: parts, mediaId: "video" };
      const entry = (media: Parameters<typeof nameOf>[0]) =>
        `/collections/${run.made.collectionId}/media/${nameOf(media)}`;
      // The first one is named twice: it stays at its place.
      for (const media of [clip, photo, drawing, other, clip]) answered(await api("PUT", entry(media)), 204);
      await inOrder(run, [clip, photo, drawing, other]);
      answered(await api("PATCH", entry(other), { after: null }), 204);
      answered(await api("PATCH", entry(clip), { after: drawing }), 204);
      await inOrder(run, [other, photo, drawing, clip]);
      answered(await api("DELETE", entry(drawing)), 204);
      await inOrder(run, [other, photo, clip]);
    },
  },
  {
    name: "A creative reads how often their media were watched",
    needs: ["A collection is filled, put in order, and read by everybody"],
    async run({ made }) {
      const { api } = made.users.creative;
      // Logs take up to a day to come: how many views there are yet is not known.
      for (const place of [`/events/${made.eventId}`, `/collections/${made.collectionId}`]) {
        const views = answered(await api("GET", `${place}/views`), 200);
        assert.ok(views.plays >= 0 && views.opens >= 0 && views.bytes >= 0, JSON.stringify(views));
        assert.ok(Array.isArray(answered(await api("GET", `${place}/views/media`), 200).media));
      }
    },
  },
];

/** Waits until the public sees the collection with exactly these media. */
export async function inOrder(run: Run, wanted: { uploadId: string; mediaId: string }[]) {
  const { nobody, made } = run;
  await until(run, `the collection is to show ${wanted.length} media in order`, async () => {
    const { media } = answered(await nobody("GET", `/collections/${made.collectionId}`), 200);
    assert.deepEqual(media.map(nameOf), wanted.map(nameOf));
  });
}
