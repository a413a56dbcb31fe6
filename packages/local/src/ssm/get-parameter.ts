import type { Context } from "./index.ts";
import { authorize, find, invalid, referenceOf } from "./parameters.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export function getParameter(context: Context) {
  const { Name } = context.input;
  if (typeof Name !== "string" || Name === "") throw invalid(Name, "name", "Member must not be null");
  const reference = referenceOf(context, Name);
  authorize(context, "GetParameter", reference);
  return { Parameter: find(context, reference) };
}
