import type { Distribution } from "@dropclip/synth/cloud";
import type { RestXmlOperation } from "../protocol/rest-xml.ts";
import type { RestInput } from "../protocol/routes.ts";
import type { Settings } from "../settings.ts";
import { AwsError, type Principal, type World } from "../world.ts";
import type { Batch } from "./invalidation/batch.ts";
import type { Ledger } from "./invalidation/ledger.ts";

/** What the operations work on. */
export interface CloudFrontState {
  world: World;
  ledger: Ledger;
  distributions: Distribution[];
  settings: Settings;
  startedAtMs: number;
  invalidate: (distributionId: string, batch: Batch, dueAtMs: number) => void;
}

export type Operation = RestXmlOperation<CloudFrontState>;

/** The distribution of the path, once the caller may do `action` to it; `NoSuchDistribution` when there is none. */
export function permitted(
  { world, distributions }: CloudFrontState,
  { path }: RestInput,
  principal: Principal,
  action: string,
): Distribution {
  const distributionId = path.DistributionId ?? "";
  world.authorize(principal, action, `arn:aws:cloudfront::${world.account}:distribution/${distributionId}`);
  const found = distributions.find(({ id }) => id === distributionId);
  if (!found) throw new AwsError("NoSuchDistribution", "The specified distribution does not exist.", 404);
  return found;
}
