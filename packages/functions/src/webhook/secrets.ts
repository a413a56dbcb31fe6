import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { config } from "@dropclip/core/config";
import { Sha256 } from "@dropclip/core/sha256";
import { Signature } from "@dropclip/core/webhook/signature";
import { lazily } from "../aws/lazily.ts";

/** Milliseconds. A secret that was changed is used within that time. */
const KEPT_MS = 3 * 60_000;

const client = lazily(() => new SSMClient({ sha256: Sha256 }));
const kept = lazily(() => ({ secrets: [] as Buffer[], untilMs: 0 }));

/** What the webhook's messages are signed with. Throws when the parameter is missing or holds no secret. */
export async function secrets(): Promise<Buffer[]> {
  const known = kept();
  if (Date.now() < known.untilMs) return known.secrets;
  const read = new GetParameterCommand({ Name: config.webhookParameter, WithDecryption: true });
  const { Parameter } = await client().send(read);
  Object.assign(known, { secrets: Signature.secretsIn(Parameter?.Value ?? ""), untilMs: Date.now() + KEPT_MS });
  return known.secrets;
}
