import { signedInUser } from "../access-token.ts";
import { type Operation, text } from "../context.ts";
import { invalid } from "../errors.ts";
import { verify } from "../second-factor.ts";

export const verifySoftwareToken: Operation = async (service, input) => {
  if (input.Session !== undefined) throw invalid("There is no session that asks for a software token.");
  const code = text(input, "UserCode");
  const { pool, user } = await signedInUser(service, input);
  verify(pool, user, code);
  return { Status: "SUCCESS" };
};
