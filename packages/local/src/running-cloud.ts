import type { Cloud } from "@dropclip/synth/cloud";
import type { Access } from "./access/index.ts";
import type { Metric } from "./cloudwatch/metrics/metric.ts";

/** What signatures name, as AWS does. */
export const SERVICES = [
  "s3",
  "dynamodb",
  "states",
  "mediaconvert",
  "events",
  "sqs",
  "lambda",
  "ssm",
  "cognito-idp",
  "monitoring",
  "logs",
  "sns",
  "cloudfront",
  "apigateway",
  "iam",
  "sts",
] as const;

/** The addresses of a running local cloud. */
export interface RunningCloud {
  /** The stage that the graph describes. */
  stage: string;
  api: string;
  cdn: string;
  /** The second distribution, the app's own pages; empty without one. */
  pages: string;
  /** Issuer of the user pool's tokens; empty without a user pool. */
  issuer: string;
  /** The user pool's hosted domain: `/oauth2/authorize`, `/login`, `/signup`, `/logout`. */
  signIn: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** All services have the same address: the signature names the service. */
  endpoints: Record<(typeof SERVICES)[number], string>;
  directory: string;
  /** The infrastructure that runs. */
  facts: Cloud;
  /** Which grants of the roles this run used, and which calls it refused; `Dropclip.GetAccess` returns the same. */
  access(): Access;
  /** The metrics that there are, of every region. */
  metrics(): Metric[];
  /** Invocations of functions that are under way: when there are none, time may pass without cutting one off. */
  invocations(): number;
  /** Runs what AWS does on its own time: lifecycle rules, time to live. Happens hourly by itself. */
  sweep(): Promise<void>;
  /** Signs the user pools' tokens with new keys from now on. */
  rotateKeys(): Promise<void>;
  /** Ends at once without recording anything of the work in progress; the next start continues as after `kill -9`. */
  stop(): Promise<void>;
  /** Resolves with one sentence when the data were removed or damaged while it ran: it can then only be stopped. */
  lost: Promise<string>;
}
