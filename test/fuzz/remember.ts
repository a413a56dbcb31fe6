import type { Cast } from "./cast.ts";
import type { Sent } from "./requests.ts";
import type { Answer } from "./wire.ts";

/** Notes what an answer tells of things that are there from now on. */
export function remember(cast: Cast, operationId: string, { member, target }: Sent, { text, headers }: Answer) {
  if (headers.etag) cast.etags.set(target, String(headers.etag));
  if (text === "") return;
  const body = JSON.parse(text);
  const creativeId = member?.userId ?? "";
  if (operationId === "createEvent") cast.things.push({ kind: "eventId", id: body.eventId, creativeId });
  if (operationId === "createCollection") cast.things.push({ kind: "collectionId", id: body.collectionId, creativeId });
  if (operationId === "createUpload") {
    const { uploadId: id, fanId, media } = body;
    const mediaIds = media.map(({ mediaId }: { mediaId: string }) => mediaId);
    cast.things.push({ kind: "uploadId", id, fanId, creativeId: body.creativeId, mediaIds, waits: true });
  }
  if (operationId === "reportMedia") {
    const { reportId: id, eventId } = body;
    const event = cast.things.find((thing) => thing.kind === "eventId" && thing.id === eventId);
    if (event) cast.things.push({ kind: "reportId", id, creativeId: event.creativeId, eventId });
  }
  if (typeof body.cursor === "string") cast.cursors.push(body.cursor);
}
