import { awsPage } from "../../rule.ts";
import { byReference } from "./reference.ts";

export const policyVariable = byReference("wrongVariables", {
  id: "own/policy-variable",
  title: "Variables stand for keys that requests for the action have",
  severity: "high",
  page: awsPage("IAM/latest/UserGuide/reference_policies_variables.html"),
});
