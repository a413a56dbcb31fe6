import assert from "node:assert/strict";
import { gone, servedOf, shown } from "../edge.ts";
import { answered, check } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { inOrder } from "./collection.ts";
import { list, nameOf } from "./gallery.ts";

const HIDDEN = "Hidden media are gone from gallery, collection and CDN";
const MEDIA = ["video", "image1"];

export const visibility: Step<Run>[] = [
  {
    name: HIDDEN,
    needs: [
      "A collection is filled, put in order, and read by everybody",
      "The videos play as one file, from any place in it",
      "The videos play as a stream",
      "Every media has a thumbnail",
      "Nothing served tells where it was taken, or with what",
    ],
    async run(run) {
      const { mixed, parts } = run.made.uploads;
      const { api } = run.made.users.creative;
      for (const mediaId of MEDIA) {
        const record = answered(await api("PATCH", `/uploads/${mixed}/media/${mediaId}`, { hidden: true }), 200);
        const media = record.media.find((one: any) => one.mediaId === mediaId);
        assert.equal(media.hidden, true);
        check(!("urls" in media), "a hidden media has URLs");
      }
      await until(run, "the gallery is to leave them out", async () => {
        const names = (await list(run)).map(nameOf);
        for (const mediaId of MEDIA) check(!names.includes(`${mixed}/${mediaId}`), `${mediaId} is listed`);
      });
      await inOrder(run, [{ uploadId: parts, mediaId: "video" }]);
      await gone(run, "hidden media are to be gone from the CDN", urlsOf(run));
    },
  },
  {
    name: "The event's creative sees hidden media",
    needs: [HIDDEN],
    async run({ made }) {
      for (const mediaId of MEDIA) {
        const path = `/uploads/${made.uploads.mixed}/media/${mediaId}/preview`;
        const { urls } = answered(await made.users.creative.api("GET", path), 200);
        for (const url of Object.values<string>(urls)) {
          const { status, body } = await fetch(url);
          await body?.cancel();
          assert.equal(status, 200);
        }
      }
    },
  },
  {
    name: "Media that are shown again are served again",
    needs: [HIDDEN],
    async run(run) {
      const { mixed, parts } = run.made.uploads;
      const { api } = run.made.users.creative;
      for (const mediaId of MEDIA) {
        const record = answered(await api("PATCH", `/uploads/${mixed}/media/${mediaId}`, { hidden: false }), 200);
        check(!record.media.find((one: any) => one.mediaId === mediaId).hidden, `${mediaId} is hidden`);
      }
      await shown(run, "they are to be served again", urlsOf(run));
      await until(run, "the gallery is to have them again", async () => {
        const names = (await list(run)).map(nameOf);
        for (const mediaId of MEDIA) check(names.includes(`${mixed}/${mediaId}`), `${mediaId} is not listed`);
      });
      await inOrder(run, [
        { uploadId: parts, mediaId: "video" },
        { uploadId: mixed, mediaId: "image1" },
        { uploadId: mixed, mediaId: "video" },
      ]);
    },
  },
];

const urlsOf = (run: Run) => MEDIA.flatMap((mediaId) => servedOf(run, { uploadId: run.made.uploads.mixed, mediaId }));
