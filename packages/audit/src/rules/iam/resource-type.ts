import { awsPage } from "../../rule.ts";
import { byReference } from "./reference.ts";

export const resourceType = byReference("wrongResources", {
  id: "own/resource-type",
  title: "Policies name resources of a type that the action is about, and not all of them",
  severity: "high",
  page: awsPage("IAM/latest/UserGuide/reference_policies_elements_resource.html"),
});
