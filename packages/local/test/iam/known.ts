import { Reference } from "@dropclip/synth/authorization/reference";

/** API Gateway has two references under one prefix; the package's data has only the older one's resource types. */
const NOT_LISTED = /^arn:aws:apigateway:[^:]*::\/apis(\/|$)/;

/**
 * Throws unless AWS's service authorization reference has the question a service asks: the action, a resource of its
 * types, and every condition key handed over. The worlds of the services' tests ask this of every operation.
 */
export function checkKnown(action: string, resource: string, context: Record<string, unknown> = {}) {
  const known = Reference.find(action);
  if (!known) throw new Error(`AWS has no action ${action}`);
  const listed = known.resourceTypes.length === 0 ? resource === "*" : Reference.typesOf(known, resource).length > 0;
  if (!listed && !NOT_LISTED.test(resource)) {
    const types = known.resourceTypes.map(({ format }) => format).join(", ") || "*";
    throw new Error(`${action} is never about ${resource}: AWS lists ${types}`);
  }
  const strange = Object.keys(context).filter((key) => !Reference.lists(known, key, resource));
  if (strange.length > 0) throw new Error(`AWS lists no ${strange} for ${action} on ${resource}`);
}
