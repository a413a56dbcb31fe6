import { stemOf } from "@dropclip/audit/keys";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Graph, shortType } from "@dropclip/synth/graph";
import type { AwsConfig } from "../../aws/config.ts";
import { awsFailure } from "../../aws/failure.ts";
import { messageOf } from "../../errors.ts";
import { API_LOOKS } from "./api.ts";
import { EDGE_LOOKS } from "./edge.ts";
import { IAM_LOOKS } from "./iam.ts";
import { LOG_LOOKS } from "./logs.ts";
import type { Around, Look, Looked } from "./look.ts";
import { MESSAGING_LOOKS } from "./messaging.ts";
import { RUNNING_LOOKS } from "./running.ts";
import { S3_LOOKS } from "./s3.ts";
import { USER_LOOKS } from "./users.ts";

export const LOOKS: Look[] = [
  ...S3_LOOKS,
  ...EDGE_LOOKS,
  ...API_LOOKS,
  ...MESSAGING_LOOKS,
  ...RUNNING_LOOKS,
  ...LOG_LOOKS,
  ...IAM_LOOKS,
  ...USER_LOOKS,
];

/** What is nobody's to change but a deployment's. */
const ELSEWHERE: Record<string, string> = {
  [TYPE.bucketObject]: "the functions' code, in SST's own bucket: whoever changes it can be told by nothing here",
};

/** Physical names of the graph: `dropclip-sweep-dev`, `dev-uploads`; without what SST drew at the end of some. */
const namesOf = ({ resources }: Graph) =>
  new Set(
    resources.flatMap(({ inputs }) =>
      [inputs.name, inputs.bucket].filter((name) => typeof name === "string").map(stemOf),
    ),
  );

/** The regions that the graph's ARNs name, the stage's own first. */
const regionsOf = ({ region, resources }: Graph) => [
  ...new Set([region, ...resources.flatMap(({ outputs }) => String(outputs.arn ?? "").split(":")[3] || [])]),
];

/** Describes what the account has of a stage. What cannot be described is told apart, with the reason. */
export async function lookAround(config: AwsConfig, graph: Graph): Promise<Looked> {
  const known = namesOf(graph);
  const { app, stage, region } = graph;
  const ours = new RegExp(`^${app}-(.+-${stage}(-${region})?|${stage}-[A-Z]\\w*-[a-z]{8})$`);
  const around: Around = {
    config,
    graph,
    configs: regionsOf(graph).map((one) => ({ ...config, region: one })),
    isOurs: (name = "") => known.has(stemOf(name)) || ours.test(name),
  };
  const looked: Looked = { seen: [], types: new Set(), unseen: new Map() };
  for (const { type, look } of LOOKS) {
    try {
      const found = await look(around);
      looked.types.add(type);
      looked.seen.push(...found.map((one) => ({ type, ...one })));
    } catch (error) {
      // An answer, even a refusal, is about this type; no answer at all, or bad credentials, are about all of them.
      if (!("$fault" in (error as object)) || awsFailure("", error).message.startsWith("AWS refused"))
        throw awsFailure("AWS", error);
      looked.unseen.set(type, `${(error as Error).name}: ${messageOf(error)}`);
    }
  }
  for (const { type } of graph.resources)
    if (!looked.types.has(type) && !looked.unseen.has(type) && type.startsWith("aws:"))
      looked.unseen.set(type, ELSEWHERE[type] ?? `the audit does not describe a ${shortType(type)} yet`);
  return looked;
}
