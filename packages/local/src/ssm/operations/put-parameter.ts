import { AwsError } from "../../world.ts";
import { authorize, invalid, type Operation, referenceOf } from "../parameters.ts";

/** AWS's limit of the standard tier. */
const MOST_BYTES = 4096;

/**
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html, of secrets only: the graph
 * says what all other parameters hold.
 */
export const putParameter: Operation = (service, input, call) => {
  const { Name, Value, Type, Overwrite = false } = input;
  if (typeof Name !== "string" || Name === "") throw invalid(Name, "name", "Member must not be null");
  if (typeof Value !== "string" || Value === "") throw invalid(Value, "value", "Member must not be null");
  const reference = referenceOf(service, Name);
  authorize(service, call, "PutParameter", reference);
  const { name, arn } = reference;
  if (!/^\/?[\w.-]+(\/[\w.-]+){0,14}$/.test(name))
    throw new AwsError("ValidationException", "Parameter name must be a fully qualified name.");
  if (service.parameters.some((one) => one.arn === arn))
    throw new AwsError("NotImplemented", "The graph says what this parameter holds; it does not change locally.", 501);
  const known = service.secrets.get(arn);
  if (known && !Overwrite) {
    const message =
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.";
    throw new AwsError("ParameterAlreadyExists", message);
  }
  // Left out, the type of a new parameter is String.
  if ((Type ?? (known ? "SecureString" : "String")) !== "SecureString" || input.KeyId !== undefined)
    throw new AwsError("NotImplemented", "PutParameter takes SecureString only, with AWS's own key, locally.", 501);
  if (Buffer.byteLength(Value) > MOST_BYTES)
    throw new AwsError(
      "ValidationException",
      `Standard tier parameters support a maximum of ${MOST_BYTES} characters.`,
    );
  const version = (known?.version ?? 0) + 1;
  service.secrets.put({ name, arn, value: Value, version, modifiedMs: service.world.clock.now() });
  return { Tier: "Standard", Version: version };
};
