import type { AwsError } from "../world.ts";

/** Members whose name Lambda's model writes with a capital letter. */
const CAPITAL = new Set(["ResourceNotFoundException", "ServiceException"]);

/** An error's body in Lambda's shape. */
export function fault({ code, message, status, details }: AwsError) {
  const member = CAPITAL.has(code) ? "Message" : "message";
  return { Type: status >= 500 ? "Service" : "User", ...details, [member]: message };
}
