import { awsPage } from "../../rule.ts";
import { byReference } from "./reference.ts";

export const principal = byReference("wrongPrincipals", {
  id: "own/principal",
  title: "Policies let in roles and services that there are, and a service for a named source only",
  severity: "critical",
  page: awsPage("IAM/latest/UserGuide/reference_policies_elements_principal.html"),
});
