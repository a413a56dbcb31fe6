import { DETAILS, sourceOf } from "../packages/core/src/telling/schemas";
import { webhookTable } from "./database";
import type { Eventing } from "./eventing";
import { handler, measured } from "./handler";
import { arn, options, parameter } from "./names";

/** Holds the secrets. Whoever deploys makes and changes it, so that no deployment and no state knows them. */
const SECRETS = "webhook-secrets";

/** Delivers what other programs are told to one address, signed; only where `DROPCLIP_WEBHOOK` names one. */
export function webhook(events: Eventing) {
  const { webhook: url } = options();
  if (url === undefined) return;
  const table = webhookTable();
  const name = parameter(SECRETS);
  const deliver = handler("Deliver", "webhook/deliver", {
    ...events.keptWhenFailed,
    timeout: "5 minutes",
    environment: { WEBHOOK_TABLE: table.name, WEBHOOK_URL: url, WEBHOOK_PARAMETER: name, ...measured() },
    permissions: [
      { actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], resources: [table.arn] },
      { actions: ["dynamodb:Query"], resources: [$interpolate`${table.arn}/index/byStatus`] },
      // AWS's own key for parameters lets everyone decrypt who may read the parameter (AWS: KMS and Parameter Store).
      { actions: ["ssm:GetParameter"], resources: [arn("ssm", `parameter${name}`)] },
      events.keep,
    ],
  });
  const told = events.rule("Told", "Other programs are told of something: the webhook is one of them", {
    eventPattern: { source: [sourceOf($app.stage)], "detail-type": Object.keys(DETAILS) },
  });
  events.toFunction("Told", told, deliver);
  const due = events.rule("DeliveryDue", "Tries again what the webhook did not take", {
    scheduleExpression: "rate(5 minutes)",
  });
  events.toFunction("DeliveryDue", due, deliver);
}
