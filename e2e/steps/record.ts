import assert from "node:assert/strict";
import { answered, check, Never } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";

const SENT = [
  "A fan sends a clip and photos, once",
  "A fan sends a clip in parts",
  "The creative sends a photo to their own event",
];

export const record: Step<Run>[] = [
  {
    name: "All of it is complete",
    needs: SENT,
    async run(run) {
      const { made } = run;
      // The event's creative reads every upload to it.
      const { api } = made.users.creative;
      const records = {} as Run["made"]["records"];
      for (const name of ["mixed", "parts", "own"] as const)
        records[name] = await until(run, `the upload (${name}) is to be complete`, async () => {
          const found = answered(await api("GET", `/uploads/${made.uploads[name]}`), 200);
          const { status, progress, media } = found;
          if (!["pending", "processing", "complete"].includes(status))
            throw new Never(`it is ${status}: ${JSON.stringify(media)}`);
          check(status === "complete", `${status}, ${progress} %`);
          return found;
        });
      made.records = records;
    },
  },
  {
    name: "The records tell what became of it",
    needs: ["All of it is complete"],
    async run({ made, target }) {
      const { fan, creative } = made.users;
      const { mixed, parts, own } = made.records;
      const upload = { eventId: made.eventId, creativeId: creative.userId, status: "complete", progress: 100 };
      const [clip, photo, drawing] = mixed.media;
      assert.partialDeepStrictEqual(mixed, { ...upload, fanId: fan.userId, contentType: "video" });
      assert.partialDeepStrictEqual(parts, { ...upload, fanId: fan.userId, contentType: "video" });
      assert.partialDeepStrictEqual(own, { ...upload, fanId: creative.userId, contentType: "image" });
      assert.partialDeepStrictEqual(clip, { mediaId: "video", fileName: "clip.mov", width: 320, height: 180 });
      check(Math.abs(clip.durationMs - 1000) < 200, `the clip lasts ${clip.durationMs} ms`);
      // Stored lying on its side, shown upright.
      assert.partialDeepStrictEqual(photo, { mediaId: "image1", fileName: "photo.jpg", width: 400, height: 640 });
      assert.partialDeepStrictEqual(drawing, { mediaId: "image2", fileName: "drawing.png", width: 300, height: 200 });
      assert.deepEqual(stepsOf(clip), ["created", "claimed", "planned", "published"]);
      assert.deepEqual(stepsOf(photo), ["created", "claimed", "published"]);
      for (const { urls, contentType } of [...mixed.media, ...parts.media, ...own.media]) {
        assert.deepEqual(
          Object.keys(urls).sort(),
          contentType === "video" ? ["content", "stream", "thumbnail"] : ["content", "thumbnail"],
        );
        for (const url of Object.values<string>(urls)) check(url.startsWith(`${target.cdn}/events/`), url);
      }
      const path = `/uploads/${mixed.uploadId}`;
      const read = await fan.api("GET", path);
      assert.deepEqual(answered(read, 200), mixed);
      answered(await fan.api("GET", path, undefined, { "if-none-match": read.headers.get("etag") ?? "" }), 304);
      const again = await fan.api("POST", `${path}/sign`, { mediaId: "image1", operation: "PutObject" });
      answered(again, 409, "media.not_pending");
    },
  },
  {
    name: "Fan and creative find the uploads in their lists",
    needs: ["All of it is complete"],
    async run(run) {
      const { fan, creative } = run.made.users;
      const { mixed, parts, own } = run.made.uploads;
      const listed = async (user: typeof fan, path: string, wanted: string[]) => {
        const { uploads } = answered(await user.api("GET", path), 200);
        assert.deepEqual(
          uploads.map(({ uploadId }: any) => uploadId),
          wanted,
        );
      };
      await until(run, "the lists are to have all uploads", async () => {
        await listed(fan, "/me/uploads", [parts, mixed]);
        await listed(creative, "/me/uploads", [own]);
        await listed(creative, `/events/${run.made.eventId}/uploads?status=complete`, [own, parts, mixed]);
        await listed(creative, `/events/${run.made.eventId}/uploads?status=processing`, []);
      });
    },
  },
];

const stepsOf = ({ timeline }: any) => timeline.map(({ step }: any) => step);
