import { AwsError } from "../../world.ts";
import { authorize, find, invalid, type Operation, referenceOf } from "../parameters.ts";

const MOST_NAMES = 10;

/**
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html: names that lead nowhere are
 * listed, not refused.
 */
export const getParameters: Operation = (service, input, call) => {
  const { Names } = input;
  if (!Array.isArray(Names) || Names.some((name) => typeof name !== "string"))
    throw invalid(undefined, "names", "Member must not be null");
  const list = `[${Names.join(", ")}]`;
  if (Names.length === 0) throw invalid(list, "names", "Member must have length greater than or equal to 1");
  if (Names.length > MOST_NAMES)
    throw invalid(list, "names", `Member must have length less than or equal to ${MOST_NAMES}`);
  const references = (Names as string[]).map((name) => ({ name, reference: referenceOf(service, name) }));
  for (const { reference } of references) authorize(service, call, "GetParameters", reference);
  const Parameters: ReturnType<typeof find>[] = [];
  const InvalidParameters: string[] = [];
  for (const { name, reference } of references) {
    try {
      Parameters.push(find(service, reference, input.WithDecryption === true));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      InvalidParameters.push(name);
    }
  }
  return { Parameters, InvalidParameters };
};
