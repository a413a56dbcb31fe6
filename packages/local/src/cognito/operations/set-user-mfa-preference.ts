import { signedInUser } from "../access-token.ts";
import type { Operation } from "../context.ts";
import { prefer } from "../second-factor.ts";

export const setUserMfaPreference: Operation = async (service, input) => {
  const { pool, user } = await signedInUser(service, input);
  prefer(pool, user, input);
  return {};
};
