import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

/** Those that AWS supports and that Security Hub names, as of November 2026. */
const SUPPORTED = [
  ...["nodejs24.x", "nodejs22.x"],
  ...["python3.14", "python3.13", "python3.12", "python3.11", "python3.10"],
  ...["java25", "java21", "java17", "java11", "java8.al2"],
  ...["dotnet10", "dotnet8"],
  ...["ruby3.4", "ruby3.3"],
  ...["provided.al2023", "provided.al2"],
];

export const runtime: Rule = {
  id: "Lambda.2",
  title: "Functions have a runtime that AWS supports",
  severity: "medium",
  types: [TYPE.function],
  page: controlPage("Lambda.2"),
  check: ({ inputs }) =>
    when(inputs.packageType !== "Image" && !SUPPORTED.includes(inputs.runtime), `has the runtime ${inputs.runtime}`),
};
