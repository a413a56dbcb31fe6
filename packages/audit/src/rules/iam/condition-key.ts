import { awsPage } from "../../rule.ts";
import { byReference } from "./reference.ts";

export const conditionKey = byReference("wrongConditions", {
  id: "own/condition-key",
  title: "Conditions ask for keys that requests for the action have, as their type is compared",
  severity: "high",
  page: awsPage("IAM/latest/UserGuide/reference_policies_elements_condition.html"),
});
