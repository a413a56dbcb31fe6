import assert from "node:assert/strict";
import { answered, check } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";

const COMPLETE = ["All of it is complete"];

export const gallery: Step<Run>[] = [
  {
    name: "The gallery shows all of it, newest first",
    needs: COMPLETE,
    async run(run) {
      const { mixed, parts, own } = run.made.uploads;
      const wanted = [`${mixed}/video`, `${mixed}/image1`, `${mixed}/image2`, `${parts}/video`, `${own}/image1`];
      const { records } = run.made;
      await until(run, "the gallery is to have all media", async () => {
        const media = await list(run);
        assert.deepEqual(media.map(nameOf).sort(), wanted.sort());
        const times = media.map(({ publishedAt }) => publishedAt);
        assert.deepEqual(times, times.toSorted().reverse());
        const clip = media.find((one) => nameOf(one) === `${mixed}/video`)!;
        const { width, height, durationMs, urls } = records.mixed.media[0];
        assert.partialDeepStrictEqual(clip, { contentType: "video", width, height, durationMs, urls });
      });
    },
  },
  {
    name: "The gallery is filtered and paged",
    needs: ["The gallery shows all of it, newest first"],
    async run(run) {
      const all = await list(run);
      for (const type of ["video", "image"]) {
        const media = await list(run, `?type=${type}`);
        assert.deepEqual(media.map(nameOf), all.filter(({ contentType }) => contentType === type).map(nameOf));
      }
      const pages: any[][] = [];
      let cursor: string | undefined;
      do {
        const query = `?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
        const page = answered(await run.nobody("GET", `/events/${run.made.eventId}/media${query}`), 200);
        check(page.media.length <= 2, `a page of ${page.media.length}`);
        pages.push(page.media);
        cursor = page.cursor;
      } while (cursor && pages.length < 10);
      assert.deepEqual(pages.flat().map(nameOf), all.map(nameOf));
      const foreign = `/events?cursor=${encodeURIComponent("bm8gY3Vyc29y")}`;
      answered(await run.nobody("GET", foreign), 400, "request.invalid_cursor");
    },
  },
];

/** The public gallery. */
export async function list({ nobody, made }: Run, query = ""): Promise<any[]> {
  return answered(await nobody("GET", `/events/${made.eventId}/media${query}`), 200).media;
}

export const nameOf = ({ uploadId, mediaId }: { uploadId: string; mediaId: string }) => `${uploadId}/${mediaId}`;
