import type { Bucket, LifecycleRule } from "@dropclip/synth/cloud";
import { commitDelete, discard } from "./commit.ts";
import type { S3 } from "./context.ts";
import type { StoredObject } from "./objects.ts";
import type { Tags } from "./tags.ts";

const DAY_MS = 24 * 3600 * 1000;

/** S3 keeps the answer of a completed upload for repeats for an unnamed time; a day is ample. */
const REMEMBER_MS = DAY_MS;

/** S3 adds the days and goes on to the next midnight UTC. */
export const dueMs = (sinceMs: number, days: number) => Math.ceil((sinceMs + days * DAY_MS) / DAY_MS) * DAY_MS;

type Days = "expirationDays" | "abortIncompleteMultipartDays";

/** What a rule may be about: an object, or an upload, which bears no tags. */
type Subject = Pick<StoredObject, "key"> & { tags?: Tags };

const covers = ({ enabled, prefix, tag }: LifecycleRule, { key, tags }: Subject) =>
  enabled && key.startsWith(prefix) && (!tag || tags?.[tag.key] === tag.value);

/** The rule that acts first on something, and when. */
function dueBy(
  bucket: Bucket,
  subject: Subject,
  sinceMs: number,
  days: Days,
): { rule: LifecycleRule; atMs: number } | undefined {
  return bucket.lifecycle
    .filter((rule) => rule[days] !== undefined && covers(rule, subject))
    .map((rule) => ({ rule, atMs: dueMs(sinceMs, rule[days]!) }))
    .sort((a, b) => a.atMs - b.atMs)[0];
}

/** `x-amz-expiration`, where a rule will expire the object. */
export function expirationHeader(
  bucket: Bucket,
  object: Pick<StoredObject, "key" | "tags" | "modifiedMs">,
): Record<string, string> {
  const due = dueBy(bucket, object, object.modifiedMs, "expirationDays");
  if (!due) return {};
  const value = `expiry-date="${new Date(due.atMs).toUTCString()}", rule-id="${encodeURIComponent(due.rule.id)}"`;
  return { "x-amz-expiration": value };
}

/** `x-amz-abort-date` and `x-amz-abort-rule-id`, where a rule will abort the upload. */
export function abortHeaders(bucket: Bucket, key: string, initiatedMs: number): Record<string, string> {
  const due = dueBy(bucket, { key }, initiatedMs, "abortIncompleteMultipartDays");
  if (!due) return {};
  return { "x-amz-abort-date": new Date(due.atMs).toUTCString(), "x-amz-abort-rule-id": due.rule.id };
}

/** Applies the lifecycle rules as of the clock; how many objects expired and how many uploads were aborted. */
export function sweep(s3: S3): { expired: number; aborted: number } {
  const now = s3.world.clock.now();
  let [expired, aborted] = [0, 0];
  for (const bucket of s3.buckets.values()) {
    if (!bucket.lifecycle.some((rule) => rule.enabled)) continue;
    for (const object of s3.objects.olderThan(bucket.name, now)) {
      const { key, modifiedMs } = object;
      const due = dueBy(bucket, object, modifiedMs, "expirationDays");
      if (!due || due.atMs > now) continue;
      const requestId = s3.world.uuid().replaceAll("-", "").slice(0, 16).toUpperCase();
      commitDelete(s3, bucket, key, { reason: "Lifecycle Expiration", requestId, requester: "s3.amazonaws.com" });
      expired++;
    }
    for (const { uploadId, key, initiatedMs } of s3.uploads.list(bucket.name, "")) {
      const due = dueBy(bucket, { key }, initiatedMs, "abortIncompleteMultipartDays");
      if (!due || due.atMs > now) continue;
      abort(s3, uploadId);
      aborted++;
    }
  }
  s3.uploads.forgetCompleted(now - REMEMBER_MS);
  return { expired, aborted };
}

/** Forgets an upload and its parts. */
export function abort(s3: S3, uploadId: string) {
  s3.world.store.transaction(() => {
    discard(
      s3,
      s3.uploads.parts(uploadId).map(({ bodyId }) => bodyId),
    );
    s3.uploads.delete(uploadId);
  });
}
