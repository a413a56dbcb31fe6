import "../aws/connect.ts";

import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { Keys } from "@dropclip/core/keys";
import * as v from "valibot";
import { s3 } from "../aws/objects.ts";
import { logger } from "../log.ts";
import { fail } from "./fail.ts";

const Event = v.object({
  detail: v.object({
    executionArn: v.string(),
    status: v.string(),
    /** The execution's input as text: the S3 event it began with. */
    input: v.pipe(v.string(), v.parseJson()),
    error: v.nullish(v.string()),
    cause: v.nullish(v.string()),
  }),
});
const Arrival = v.object({ detail: v.object({ object: v.object({ key: v.string() }) }) });

/** Event "Step Functions Execution Status Change": records on the media that its execution ended badly. */
export async function handler(event: unknown) {
  const { detail } = parse(Event, event);
  const { key } = parse(Arrival, detail.input).detail.object;
  const ref = Keys.parseStaged(key);
  if (!ref) return logger.error("an execution failed over an object that is no media", { key, ...detail });
  const failure = {
    error: detail.error ?? detail.status,
    cause: detail.cause ?? "",
    executionArn: detail.executionArn,
  };
  const outcome = await fail(ref, key, failure);
  if (outcome === "deleted") logger.info("execution of a deleted upload ended", { key, ...failure });
  else logger.error("execution failed", { key, outcome, ...failure });
  // A rejected file is not needed again. A file that failed on our side is: the redrive reads it.
  if (outcome === "rejected") await s3().send(new DeleteObjectCommand({ Bucket: config.uploadsBucket, Key: key }));
}
