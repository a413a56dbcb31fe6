import { CliError, messageOf } from "../errors.ts";

const NO_CREDENTIALS =
  "no AWS credentials were found: run `aws sso login`, choose a profile with AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

/** AWS error names that mean the credentials themselves are invalid. */
const BAD_CREDENTIALS = [
  "ExpiredToken",
  "ExpiredTokenException",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "IncompleteSignature",
  "MissingAuthenticationTokenException",
];

/** One line for an error of an AWS client; `what` names the service, or what was asked of it. */
export function awsFailure(what: string, error: unknown): CliError {
  if (error instanceof CliError) return error;
  const { name } = error as Error;
  const message = messageOf(error);
  if (name === "CredentialsProviderError" || name === "TokenProviderError")
    return new CliError(/could not load/i.test(message) ? NO_CREDENTIALS : `AWS credentials: ${message}`);
  if (BAD_CREDENTIALS.includes(name)) return new CliError(`AWS refused the credentials: ${name}: ${message}`);
  // An error that a service answered says whose fault it is. An error without an answer means the call never arrived.
  if ("$fault" in (error as object)) return new CliError(`${what}: ${name}: ${message}`);
  return new CliError(`${what} cannot be reached: ${reasonOf(error)}`);
}

/** For a name with several addresses, a refused connection has its reasons in a list and no message of its own. */
function reasonOf(error: unknown): string {
  return messageOf(error instanceof AggregateError ? error.errors[0] : error);
}
