import { authorize, find, invalid, type Operation, referenceOf } from "../parameters.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export const getParameter: Operation = (service, input, call) => {
  const { Name } = input;
  if (typeof Name !== "string" || Name === "") throw invalid(Name, "name", "Member must not be null");
  const reference = referenceOf(service, Name);
  authorize(service, call, "GetParameter", reference);
  return { Parameter: find(service, reference, input.WithDecryption === true) };
};
