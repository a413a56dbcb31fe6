import type { Bucket } from "@dropclip/synth/cloud";
import { etagMatches } from "./conditions.ts";
import type { Request, S3 } from "./context.ts";
import { noSuchKey, notImplemented, preconditionFailed } from "./errors.ts";
import { type Cause, publishCreated, publishDeleted } from "./events.ts";
import type { StoredObject } from "./objects.ts";

/** On what state of the key a write depends. */
export interface WriteCondition {
  ifNoneMatch?: string;
  ifMatch?: string;
}

export function writeCondition({ headers }: Pick<Request, "headers">): WriteCondition {
  const { "if-none-match": ifNoneMatch, "if-match": ifMatch } = headers;
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") throw notImplemented("If-None-Match");
  if (ifNoneMatch !== undefined && ifMatch !== undefined) throw notImplemented("If-None-Match with If-Match");
  return { ifNoneMatch, ifMatch };
}

/** Throws what S3 answers when the key is not as the condition wants it. */
export function checkCondition(
  key: string,
  before: StoredObject | undefined,
  { ifNoneMatch, ifMatch }: WriteCondition,
) {
  if (ifNoneMatch !== undefined && before) throw preconditionFailed("If-None-Match");
  if (ifMatch === undefined) return;
  if (!before) throw noSuchKey(key);
  if (!etagMatches(ifMatch, before.etag)) throw preconditionFailed("If-Match");
}

export function causeOf({ principal, requestId, request }: Request, reason: Cause["reason"]): Cause {
  const requester = principal.kind === "service" ? principal.arn : principal.accountId;
  return { reason, requestId, requester, sourceIp: request.socket.remoteAddress ?? "127.0.0.1" };
}

export interface NewObject extends Omit<StoredObject, "bucket" | "sequencer" | "modifiedMs"> {
  bucket: Bucket;
}

/**
 * Makes a body that is safe on disk the object of its key: row, event and whatever `also` does are one transaction, so
 * that of two racing conditional writes exactly one finds its condition met. The replaced body goes afterwards.
 */
export function commitObject(
  s3: S3,
  { bucket, ...fresh }: NewObject,
  condition: WriteCondition,
  cause: Cause,
  also?: (object: StoredObject) => void,
): StoredObject {
  const { store, clock } = s3.world;
  return store.transaction(() => {
    const before = s3.objects.find(bucket.name, fresh.key);
    checkCondition(fresh.key, before, condition);
    const sequencer = s3.objects.nextSequencer(clock.now());
    const object: StoredObject = { ...fresh, bucket: bucket.name, modifiedMs: clock.now(), sequencer };
    s3.objects.put(object);
    publishCreated(s3, bucket, object, cause);
    also?.(object);
    if (before) discard(s3, [before.bodyId]);
    return object;
  });
}

/** Deletes an object if it is there; without one nothing happens and no event is sent. */
export function commitDelete(s3: S3, bucket: Bucket, key: string, cause: Cause, ifMatch?: string) {
  s3.world.store.transaction(() => {
    const before = s3.objects.find(bucket.name, key);
    checkCondition(key, before, { ifMatch });
    if (!before) return;
    s3.objects.delete(bucket.name, key);
    publishDeleted(s3, bucket, key, s3.objects.nextSequencer(s3.world.clock.now()), cause);
    discard(s3, [before.bodyId]);
  });
}

/** Removes bodies once the transaction that forgot them is on disk. Open readers read on. */
export function discard(s3: S3, bodyIds: string[]) {
  s3.world.store.afterCommit(() => {
    for (const id of bodyIds) {
      s3.bodies.remove(id).catch((error: unknown) => {
        s3.world.log({ service: "s3", level: "warn", message: `could not remove body ${id}: ${error}` });
      });
    }
  });
}

/**
 * Runs `work` with a new body id and removes the body again if it fails. Throws StorageError, to be answered before the
 * body is sent, where the disk has no room for `bytes` more beside its reserve, and when it fails on the way.
 */
export async function withBody<T>(s3: S3, bytes: number, work: (bodyId: string) => Promise<T>): Promise<T> {
  const { disk } = s3.world.store;
  const ended = disk.admit(bytes);
  try {
    return await keepBody(s3, work);
  } finally {
    ended();
  }
}

/** Likewise for a body that is on the disk already: moving it takes no room. */
export async function keepBody<T>(s3: S3, work: (bodyId: string) => Promise<T>): Promise<T> {
  const bodyId = s3.world.uuid();
  try {
    return await work(bodyId);
  } catch (error) {
    // Why it failed is what counts; a body that stays is removed at the next start.
    await s3.bodies.remove(bodyId).catch(() => undefined);
    throw s3.world.store.disk.blame(error);
  }
}
