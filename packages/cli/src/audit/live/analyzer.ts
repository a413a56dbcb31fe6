import { AccessAnalyzer, paginateValidatePolicy, type ValidatePolicyFinding } from "@aws-sdk/client-accessanalyzer";
import type { Graph } from "@dropclip/synth/graph";
import type { AwsConfig } from "../../aws/config.ts";
import { messageOf } from "../../errors.ts";
import { all, gently } from "./look.ts";
import { type LivePolicy, policiesOf } from "./policies.ts";

export const ANALYZER_ACTIONS = ["access-analyzer:ValidatePolicy"];

/** What Access Analyzer says of one policy. */
export interface Judgement extends Pick<LivePolicy, "resource" | "policyType" | "resourceType"> {
  /** `ERROR` and `SECURITY_WARNING` are findings, `WARNING` and `SUGGESTION` notes. */
  kind: string;
  /** `PASS_ROLE_WITH_STAR_IN_RESOURCE` … */
  code: string;
  says: string;
  page: string;
  /** Line in the document, from 1, where AWS tells it. */
  line?: number;
}

export type Analysis = { policies: number; judgements: Judgement[] } | { notRun: string };

/** AWS turns away many calls at once; the SDK slows down by itself and tries again. */
const PATIENT = { retryMode: "adaptive", maxAttempts: 8 };

/** Asks Access Analyzer about every policy; the same text of the same kind once. */
export async function analyze(config: AwsConfig, live: Graph): Promise<Analysis> {
  const client = new AccessAnalyzer({ ...config, ...PATIENT });
  const asked = new Map<string, Promise<ValidatePolicyFinding[]>>();
  const ask = ({ document, policyType, resourceType }: LivePolicy) => {
    const key = JSON.stringify([document, policyType, resourceType]);
    const known = asked.get(key);
    if (known) return known;
    const pages = paginateValidatePolicy(
      { client },
      { policyDocument: document, policyType, validatePolicyResourceType: resourceType },
    );
    const answer = gently(() => all(pages, (page) => page.findings));
    asked.set(key, answer);
    return answer;
  };
  const policies = policiesOf(live);
  try {
    const found = await Promise.all(
      policies.map(async (policy) => (await ask(policy)).map((finding) => judgement(policy, finding))),
    );
    return { policies: policies.length, judgements: found.flat() };
  } catch (error) {
    return { notRun: `${(error as Error).name}: ${messageOf(error)}` };
  } finally {
    client.destroy();
  }
}

function judgement({ resource, policyType, resourceType }: LivePolicy, finding: ValidatePolicyFinding): Judgement {
  const line = finding.locations?.[0]?.span?.start?.line;
  return {
    resource,
    policyType,
    ...(resourceType && { resourceType }),
    kind: finding.findingType ?? "ERROR",
    code: finding.issueCode ?? "",
    says: finding.findingDetails ?? "",
    page: finding.learnMoreLink ?? "",
    ...(line !== undefined && { line }),
  };
}

/** What must be mended; the rest is advice. */
export const isWrong = ({ kind }: Judgement) => kind === "ERROR" || kind === "SECURITY_WARNING";
