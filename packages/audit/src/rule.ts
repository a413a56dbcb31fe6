import type { Resource } from "@dropclip/synth/graph";
import type { View } from "./view.ts";

/** As AWS Security Hub grades its controls. */
export type Severity = "critical" | "high" | "medium" | "low";

/** What is wrong with a resource, and with which part of it where it has several. */
export type Said = string | { part: string; says: string };

/** One thing that every resource of some types must be. */
export interface Rule {
  /** The id of AWS Security Hub's control, `S3.9`, or `own/…` for one of ours. */
  id: string;
  /** What must be true, as a sentence. */
  title: string;
  severity: Severity;
  /** Pulumi's types. `every`: the rule looks at whatever there is. */
  types: readonly string[] | "every";
  /** AWS's page about it. */
  page: string;
  check(resource: Resource, view: View): Said[];
}

const DOCS = "https://docs.aws.amazon.com";

/** Where Security Hub describes a control: `S3.9`. */
export function controlPage(id: string): string {
  const [service = "", number] = id.toLowerCase().split(".");
  return `${DOCS}/securityhub/latest/userguide/${service}-controls.html#${service}-${number}`;
}

/** A page of AWS's documentation, from its path. */
export const awsPage = (path: string) => `${DOCS}/${path}`;

/** The sentence, when something is wrong. */
export const when = (wrong: unknown, says: string): string[] => (wrong ? [says] : []);
