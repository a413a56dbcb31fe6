import { join } from "node:path";
import { Bill, Cost } from "@dropclip/core/cost";
import type { AwsConfig } from "../aws/config.ts";
import { ROOT } from "../paths.ts";
import { readMachinery } from "./machinery.ts";
import { readRowsOf } from "./records.ts";

/** What taking in an upload cost, by item and in all, with the credentials of an operator of that stage. */
export async function costOfUpload(
  config: AwsConfig,
  stage: string,
  uploadId: string,
): Promise<ReturnType<typeof Bill.of>> {
  const { machinery } = readMachinery(join(ROOT, "stacks", "graph.json"));
  const rows = await readRowsOf(config, stage, { uploadId });
  return Bill.of(Bill.add(...rows.map((row) => Cost.ofMedia(row, machinery).once)));
}
