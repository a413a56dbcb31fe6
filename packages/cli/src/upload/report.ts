import type { Media } from "../api/schemas.ts";
import type { Context } from "../context.ts";
import { CliError, Refusal } from "../errors.ts";
import type { MediaFile } from "../files/media-file.ts";
import { clean } from "../format.ts";
import type { Screen } from "../progress/screen.ts";
import { outcomeOf, urlLines } from "../show/media.ts";
import { mediaOf } from "./begin.ts";
import type { Finished } from "./upload.ts";

/** The result for each file, as lines for people. */
export function describe({ upload, mediaIds }: Finished, files: MediaFile[]): string[] {
  return files.flatMap(({ name }, index) => {
    const media = mediaOf(upload, mediaIds[index]!);
    return [`${clean(name)}  ${outcomeOf(media)}`, ...urlLines(media.urls)];
  });
}

/** Prints the upload: its record as one line of JSON on stdout, or lines for people. */
export function print({ stdout }: Pick<Context, "stdout">, finished: Finished, files: MediaFile[], json: boolean) {
  const lines = json ? [JSON.stringify(finished.upload)] : describe(finished, files);
  stdout.write(`${lines.join("\n")}\n`);
}

/** Sets the exit code: throws a `Refusal` when a file was rejected, a `CliError` when one failed on our side. */
export function judge({ upload }: Finished) {
  const rejected = upload.media.filter(({ status }) => status === "rejected");
  if (rejected.length > 0) throw new Refusal(`refused: ${rejected.map(sentence).join("; ")}`);
  const unfinished = upload.media.filter(({ status }) => status !== "complete");
  if (unfinished.length > 0) throw new CliError(`not published: ${unfinished.map(sentence).join("; ")}`);
}

function sentence({ mediaId, fileName, status, reason }: Media): string {
  return clean(`${fileName ?? mediaId}: ${reason ? `${reason.message} (${reason.code})` : status}`);
}

/** After an unsuccessful end: whether running the command again would continue where this run stopped. */
export function hint(screen: Screen, error: unknown) {
  if (error instanceof CliError && !(error instanceof Refusal))
    screen.line("run the same command again to continue where this one stopped");
}
