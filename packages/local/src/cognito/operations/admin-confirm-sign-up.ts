import { authorizedPool, type Operation, userOf } from "../context.ts";
import { invalid } from "../errors.ts";
import { adminConfirm } from "../sign-up.ts";

export const adminConfirmSignUp: Operation = async (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminConfirmSignUp");
  const { ClientMetadata: metadata } = input;
  if (metadata !== undefined && (typeof metadata !== "object" || metadata === null)) {
    throw invalid("ClientMetadata is not a map.");
  }
  await adminConfirm(pool, userOf(pool, input).sub, metadata ? { clientMetadata: metadata } : {});
  return {};
};
