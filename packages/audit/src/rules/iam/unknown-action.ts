import { awsPage } from "../../rule.ts";
import { byReference } from "./reference.ts";

export const unknownAction = byReference("unknownActions", {
  id: "own/unknown-action",
  title: "Policies name actions that AWS has",
  severity: "high",
  page: awsPage("service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"),
});
