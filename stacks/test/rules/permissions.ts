import { TYPE } from "@dropclip/synth/from-graph/types";
import { all, finding, type Rule } from "./finding.ts";

/** API Gateway does not say for which account it calls: with that condition every call is refused. */
export const gatewaySourceAccount: Rule = (graph) =>
  all(graph, TYPE.permission)
    .filter(({ inputs }) => inputs.principal === "apigateway.amazonaws.com" && inputs.sourceAccount !== undefined)
    .map((one) => finding(one, "API Gateway sends no source account: sourceArn names account and API"));

/** A permission without a source lets resources of other accounts call. */
export const unboundService: Rule = (graph) =>
  all(graph, TYPE.permission)
    .filter(({ inputs }) => String(inputs.principal).endsWith(".amazonaws.com") && inputs.sourceArn === undefined)
    .map((one) => finding(one, `lets ${one.inputs.principal} call for anybody: it has no sourceArn`));
