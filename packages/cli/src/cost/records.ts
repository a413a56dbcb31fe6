import { Upload } from "@dropclip/core/upload";
import type { Context } from "../context.ts";
import type { Operated } from "../target/operated.ts";
import { withTable } from "../target/tables.ts";

export type Rows = Awaited<ReturnType<typeof Upload.read>>;
type Signal = Pick<Context, "signal">;

/** The rows of an upload as its stage's operator reads them. A `CliError` when there are none. */
export const readUpload = (signal: Signal, stage: Operated, uploadId: string): Promise<Rows> =>
  withTable(signal, stage, "uploads", () => Upload.read(uploadId));

/** The same of all uploads to an event, deleted ones too. */
export const readUploadsTo = (signal: Signal, stage: Operated, eventId: string): Promise<Rows[]> =>
  withTable(signal, stage, "uploads", async () => {
    const uploads: Rows[] = [];
    for await (const { uploadId } of Upload.everyToEvent(eventId)) uploads.push(await Upload.read(uploadId));
    return uploads;
  });
