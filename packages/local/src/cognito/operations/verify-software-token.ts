import { signedInUser } from "../access-token.ts";
import { constraint, type Operation, text } from "../context.ts";
import { invalid } from "../errors.ts";
import { verify } from "../second-factor.ts";
import { DIGITS } from "../totp.ts";

export const verifySoftwareToken: Operation = async (service, input) => {
  if (input.Session !== undefined) throw invalid("There is no session that asks for a software token.");
  const code = text(input, "UserCode");
  if (!/^[0-9]+$/.test(code)) throw constraint("userCode", "Member must satisfy regular expression pattern: [0-9]+");
  if (code.length !== DIGITS) throw constraint("userCode", `Member must have length equal to ${DIGITS}`);
  const { pool, user } = await signedInUser(service, input);
  verify(pool, user, code);
  return { Status: "SUCCESS" };
};
