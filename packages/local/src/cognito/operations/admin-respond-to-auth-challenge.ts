import { authorizedPool, constraint, type Operation, text } from "../context.ts";
import { invalid, notAuthorized } from "../errors.ts";
import { clientOf } from "../pool.ts";
import { checkCode, SOFTWARE_TOKEN } from "../second-factor.ts";
import { signedIn } from "./admin-initiate-auth.ts";

/** The second step of a sign-in by the API. A wrong code leaves its session as it is. */
export const adminRespondToAuthChallenge: Operation = async (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminRespondToAuthChallenge");
  const client = clientOf(pool, text(input, "ClientId"));
  const name = text(input, "ChallengeName");
  if (name !== SOFTWARE_TOKEN)
    throw constraint("challengeName", `Member must satisfy enum value set: [${SOFTWARE_TOKEN}]`, name);
  const { USERNAME: username, SOFTWARE_TOKEN_MFA_CODE: code } = input.ChallengeResponses ?? {};
  if (!username) throw invalid("Missing required parameter USERNAME");
  if (!code) throw invalid("Missing required parameter SOFTWARE_TOKEN_MFA_CODE");
  const session = text(input, "Session");
  const user = pool.users.find(pool.challenges.find(session, client.id));
  if (!user || pool.users.find(String(username))?.sub !== user.sub)
    throw notAuthorized("Invalid session for the user.");
  checkCode(pool, user, String(code));
  pool.challenges.done(session);
  return signedIn(pool, client, user);
};
