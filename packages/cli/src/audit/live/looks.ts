import { type Graph, shortType } from "@dropclip/synth/graph";
import type { AwsConfig } from "../../aws/config.ts";
import { awsFailure } from "../../aws/failure.ts";
import { messageOf } from "../../errors.ts";
import type { Around, Look, Looked } from "./look.ts";
import { MESSAGING_LOOKS } from "./messaging.ts";
import { RUNNING_LOOKS } from "./running.ts";
import { S3_LOOKS } from "./s3.ts";
import { USER_LOOKS } from "./users.ts";

export const LOOKS: Look[] = [...S3_LOOKS, ...MESSAGING_LOOKS, ...RUNNING_LOOKS, ...USER_LOOKS];

/** Physical names of the graph: `dropclip-sweep-dev`, `dev-uploads`. */
const namesOf = ({ resources }: Graph) =>
  new Set(resources.flatMap(({ inputs }) => [inputs.name, inputs.bucket].filter((name) => typeof name === "string")));

/** Describes what the account has of a stage. What cannot be described is told apart, with the reason. */
export async function lookAround(config: AwsConfig, graph: Graph): Promise<Looked> {
  const known = namesOf(graph);
  const ours = new RegExp(`^${graph.app}-.+-${graph.stage}(-${graph.region})?$`);
  const around: Around = { config, graph, isOurs: (name) => known.has(name) || ours.test(name) };
  const looked: Looked = { seen: [], types: new Set(), unseen: new Map() };
  for (const { type, look } of LOOKS) {
    try {
      const found = await look(around);
      looked.types.add(type);
      looked.seen.push(...found.map((inputs) => ({ type, inputs, outputs: outputsOf(inputs) })));
    } catch (error) {
      // An answer, even a refusal, is about this type; no answer at all, or bad credentials, are about all of them.
      if (!("$fault" in (error as object)) || awsFailure("", error).message.startsWith("AWS refused"))
        throw awsFailure("AWS", error);
      looked.unseen.set(type, `${(error as Error).name}: ${messageOf(error)}`);
    }
  }
  for (const { type } of graph.resources)
    if (!looked.types.has(type) && !looked.unseen.has(type) && type.startsWith("aws:"))
      looked.unseen.set(type, `the audit does not describe a ${shortType(type)} yet`);
  return looked;
}

/** The stacks' own names of what AWS calls it; for what they do not know only what follows from its name. */
const outputsOf = ({ bucket }: Record<string, unknown>) => (bucket ? { arn: `arn:aws:s3:::${bucket}` } : {});
