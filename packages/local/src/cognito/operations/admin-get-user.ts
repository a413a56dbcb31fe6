import { attributesOf, authorizedPool, describeUser, type Operation, userOf } from "../context.ts";
import { describeFactors } from "../second-factor.ts";

export const adminGetUser: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminGetUser");
  const user = userOf(pool, input);
  const { Attributes: _, ...rest } = describeUser(user);
  return { ...rest, UserAttributes: attributesOf(user), ...describeFactors(user) };
};
