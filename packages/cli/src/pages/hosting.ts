import * as v from "valibot";
import { CliError } from "../errors.ts";
import { Outputs, url } from "../target/outputs.ts";

/** What publishing needs to know of a stage: where the pages go, and what they are told. */
const Hosting = v.object({
  ...Outputs.entries,
  pages: url,
  pagesBucket: v.string(),
  pagesDistribution: v.string(),
  /** Addresses of the buckets that pages send files to, or see hidden media in. */
  uploads: url,
  content: url,
  images: url,
});
export type Hosting = v.InferOutput<typeof Hosting>;

/** Reads the hosting out of a stage's outputs; a `CliError` for a stage that was deployed before it had pages. */
export function hostingOf(outputs: Outputs): Hosting {
  const parsed = v.safeParse(Hosting, outputs);
  if (parsed.success) return parsed.output;
  throw new CliError(
    `stage ${outputs.stage} has no pages yet: deploy it again with \`npx sst deploy --stage ${outputs.stage}\``,
  );
}
