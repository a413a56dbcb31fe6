import { signedInUser } from "../access-token.ts";
import { attributesOf, type Operation } from "../context.ts";
import { describeFactors } from "../second-factor.ts";

export const getUser: Operation = async (service, input) => {
  const { user } = await signedInUser(service, input);
  return { Username: user.sub, UserAttributes: attributesOf(user), ...describeFactors(user) };
};
