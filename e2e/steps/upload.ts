import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { basename } from "node:path";
import { answered, check, Never } from "../expect.ts";
import { makeSample } from "../media.ts";
import { type Run, type User, until } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { announced, beginParts, perform, type SignedRequest, sendAll, sendFile, signerOf } from "../send.ts";

const MADE = ["A creative makes an event, once", "Media are made"];

export const upload: Step<Run>[] = [
  {
    name: "Media are made",
    async run({ made, folder }) {
      made.sample = await makeSample(folder);
    },
  },
  {
    name: "A fan sends a clip and photos, once",
    needs: MADE,
    async run(run) {
      const { made, signal } = run;
      const { clip, photo, drawing } = made.sample;
      const { fan } = made.users;
      const files = [clip, photo, drawing];
      const key = { "idempotency-key": randomUUID() };
      const path = `/events/${made.eventId}/uploads`;
      const created = answered(await fan.api("POST", path, { files: announced(files) }, key), 201);
      assert.deepEqual(answered(await fan.api("POST", path, { files: announced(files) }, key), 201), created);
      answered(await fan.api("POST", path, { files: announced([clip]) }, key), 422, "request.idempotency_mismatch");
      assert.partialDeepStrictEqual(created, { eventId: made.eventId, fanId: fan.userId, status: "pending" });
      for (const media of created.media) assert.deepEqual(media.transfer, { method: "put" });
      made.uploads = { ...made.uploads, mixed: created.uploadId };
      await sendAll(fan.api, created, files, signal);
    },
  },
  {
    name: "A fan sends a clip in parts",
    needs: MADE,
    async run(run) {
      const { made, signal } = run;
      const file = made.sample.bigClip;
      const created = await create(run, made.users.fan, [file]);
      assert.equal(created.media[0].transfer.method, "multipart");
      made.uploads = { ...made.uploads, parts: created.uploadId };
      const { api } = made.users.fan;
      const sign = signerOf(api, created.uploadId, "video");
      // As a client that is stopped and comes back: it lists the parts, aborts, and begins again.
      const s3UploadId = await beginParts(api, created.uploadId, "video");
      assert.equal(await beginParts(api, created.uploadId, "video"), s3UploadId);
      const [list, abort] = [
        await sign("ListParts", { s3UploadId }),
        await sign("AbortMultipartUpload", { s3UploadId }),
      ];
      const { text } = await perform(list[0]!);
      check(text.includes("<IsTruncated>false") && !text.includes("<Part>"), `parts nobody sent: ${text}`);
      await perform(abort[0]!);
      await sendFile(api, created.uploadId, "video", file, signal);
    },
  },
  {
    name: "The creative sends a photo to their own event",
    needs: MADE,
    async run(run) {
      const { made, signal } = run;
      const created = await create(run, made.users.creative, [made.sample.drawing]);
      made.uploads = { ...made.uploads, own: created.uploadId };
      await sendAll(made.users.creative.api, created, [made.sample.drawing], signal);
    },
  },
  {
    name: "S3 refuses what was not signed",
    needs: MADE,
    async run(run) {
      const { made, target } = run;
      const { fan } = made.users;
      const file = made.sample.drawing;
      const bytes = statSync(file).size;
      const created = await create(run, fan, [file]);
      const [request] = await signerOf(fan.api, created.uploadId, "image1")("PutObject");
      const { url, headers } = request!;
      const body = Buffer.alloc(bytes);
      await refused("a longer file", request!, Buffer.alloc(bytes + 1));
      await refused("another type", { ...request!, headers: { ...headers, "content-type": "text/html" } }, body);
      await refused("another key", { ...request!, url: url.replace("/image1.", "/image2.") }, body);
      if (target.secure) await refused("plain HTTP", { ...request!, url: url.replace(/^https:/, "http:") }, body);
      answered(await fan.api("DELETE", `/uploads/${created.uploadId}`), 204);
    },
  },
  {
    name: "A file that is not what its name says is rejected",
    needs: MADE,
    async run(run) {
      const { made, signal } = run;
      const { api } = made.users.fan;
      const { uploadId, ...created } = await create(run, made.users.fan, [made.sample.fake]);
      await sendAll(api, { uploadId, media: created.media }, [made.sample.fake], signal);
      await until(run, "the file is to be rejected", async () => {
        const record = answered(await api("GET", `/uploads/${uploadId}`), 200);
        if (["complete", "failed"].includes(record.status)) throw new Never(`the upload is ${record.status}`);
        assert.equal(record.status, "rejected");
        assert.equal(record.media[0].reason.code, "media.type_mismatch");
      });
      answered(await api("DELETE", `/uploads/${uploadId}`), 204);
    },
  },
];

/** Creates an upload of these files to the event, still without their bytes. */
async function create({ made }: Run, { api }: User, files: string[]) {
  const created = answered(await api("POST", `/events/${made.eventId}/uploads`, { files: announced(files) }), 201);
  assert.deepEqual(
    created.media.map(({ fileName }: any) => fileName),
    files.map((file) => basename(file)),
  );
  return created;
}

async function refused(what: string, { method, url, headers }: SignedRequest, body: Buffer<ArrayBuffer>) {
  const { status } = await fetch(url, { method, headers, body });
  check(status === 403, `${what}: expected 403, was ${status}`);
}
