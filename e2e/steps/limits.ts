import { answered } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { IMAGE_BYTES } from "./event.ts";

const HOUR_MS = 60 * 60 * 1000;
const MADE = ["A creative makes an event, once"];
const photo = { name: "photo.jpg", bytes: 1000 };
const clip = { name: "clip.mp4", bytes: 1000 };

export const limits: Step<Run>[] = [
  {
    name: "What is too large or of a kind nobody takes is refused",
    needs: MADE,
    async run({ made, target }) {
      const { fan, creative } = made.users;
      const path = `/events/${made.eventId}/uploads`;
      const asked = async (status: number, code: string, ...files: { name: string; bytes: number }[]) =>
        answered(await fan.api("POST", path, { files }), status, code);
      await asked(413, "upload.too_large", { ...photo, bytes: IMAGE_BYTES + 1 });
      await asked(413, "upload.too_large", { ...clip, bytes: 6 * 1024 ** 3 });
      await asked(415, "upload.type_not_taken", { ...photo, name: "setlist.txt" });
      await asked(400, "upload.too_many_videos", clip, { ...clip, name: "other.mp4" });
      await asked(400, "request.invalid", { ...photo, bytes: 0 });
      const flyer = { name: "flyer.svg", bytes: 1000 };
      answered(await creative.api("POST", `/events/${made.eventId}/flyer`, flyer), 415, "upload.type_not_taken");
      const long = { title: "x".repeat(300 * 1024) };
      answered(await creative.api("POST", "/events", long), 413, "request.too_large");
      const headers = { authorization: `Bearer ${fan.accessToken}`, "content-type": "text/plain" };
      const text = await fetch(`${target.api}${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify({ files: [photo] }),
      });
      const answer = { status: text.status, body: await text.json(), headers: text.headers };
      answered(answer, 415, "request.not_sent_as_json");
    },
  },
  {
    name: "An event takes what its creative says, when and how often they say",
    needs: MADE,
    async run(run) {
      const { made, clock } = run;
      const { creative, otherFan } = made.users;
      const event = `/events/${made.eventId}`;
      const { opensAt } = answered(await run.nobody("GET", event), 200);
      const change = async (changes: object) => answered(await creative.api("PATCH", event, changes), 200);
      const refuses = (file: typeof clip, status: number, code: string) =>
        // A change may become visible a moment later.
        until(run, `the event is to refuse with ${code}`, async () => {
          const made = await otherFan.api("POST", `${event}/uploads`, { files: [file] });
          if (made.status === 201) answered(await otherFan.api("DELETE", `/uploads/${made.body.uploadId}`), 204);
          answered(made, status, code);
        });

      await change({ contentTypes: ["image"] });
      await refuses(clip, 415, "upload.kind_not_taken");
      await change({ contentTypes: ["video", "image"], opensAt: new Date(clock.now() + HOUR_MS).toISOString() });
      await refuses(clip, 409, "event.closed");
      await change({ opensAt, uploadsPerFan: 1 });
      const first = await until(run, "the event is to be open again", async () =>
        answered(await otherFan.api("POST", `${event}/uploads`, { files: [photo] }), 201),
      );
      await refuses(photo, 429, "upload.too_many");
      answered(await otherFan.api("DELETE", `/uploads/${first.uploadId}`), 204);
      await change({ uploadsPerFan: 20 });
    },
  },
];
