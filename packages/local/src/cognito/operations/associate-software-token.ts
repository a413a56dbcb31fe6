import { signedInUser } from "../access-token.ts";
import type { Operation } from "../context.ts";
import { invalid } from "../errors.ts";
import { associate } from "../second-factor.ts";

/** By an access token; the session of a challenge that asks for it comes only where a second factor is required. */
export const associateSoftwareToken: Operation = async (service, input) => {
  if (input.Session !== undefined) throw invalid("There is no session that asks for a software token.");
  const { pool, user } = await signedInUser(service, input);
  return { SecretCode: associate(pool, user) };
};
