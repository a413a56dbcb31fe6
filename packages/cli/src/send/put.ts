import { createReadStream } from "node:fs";
import type { Delivery } from "./delivery.ts";
import { perform, signatureOf } from "./perform.ts";

/** Sends a file in one request. 412 means that the object exists: an earlier run sent it. */
export async function sendByPut(delivery: Delivery): Promise<void> {
  const { api, uploadId, file, state, progress } = delivery;
  const sign = async () => signatureOf(await api.sign(uploadId, { mediaId: state.mediaId, operation: "PutObject" }));
  progress.resume(0);
  await perform(delivery, file.name, sign, { bytes: file.bytes, open: () => createReadStream(file.path) });
}
