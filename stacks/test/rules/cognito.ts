import { TYPE } from "@dropclip/synth/from-graph/types";
import { all, finding, type Rule } from "./finding.ts";

/**
 * One of these lets managed login offer a form; with none its pages have nothing to sign in with (AWS: app client
 * settings).
 */
const FORMS = ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"];

export const formlessLogin: Rule = (graph) =>
  all(graph, TYPE.userPoolClient)
    .filter(
      ({ inputs }) => inputs.allowedOauthFlowsUserPoolClient && inputs.supportedIdentityProviders?.includes("COGNITO"),
    )
    .filter(({ inputs }) => !FORMS.some((flow) => inputs.explicitAuthFlows?.includes(flow)))
    .map((client) =>
      finding(client, `managed login has no form to offer: explicitAuthFlows has none of ${FORMS.join(", ")}`),
    );
