import { Reference } from "../reference.ts";
import { unlisted } from "./keys.ts";
import { wrongOperator } from "./operators.ts";
import type { Rule } from "./rule.ts";

/** Condition keys that a request for the action never has, and operators that do not fit them. */
export const wrongConditions: Rule = (placed) => {
  const { statement, actions } = placed;
  const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: [values].flat().map(String) })),
  );
  return conditions.flatMap(({ operator, key, values }) => {
    const missing = unlisted(placed, key);
    if (missing.length > 0) return missing;
    const type = typeOf(key, actions);
    const wrong = type === undefined ? "AWS has no such condition key" : wrongOperator(operator, type, values);
    return wrong ? [`${operator} ${key}: ${wrong}`] : [];
  });
};

/** Keys of identity providers belong to STS, whatever they begin with. */
function typeOf(key: string, actions: string[]): string | undefined {
  const services = [...actions, key].map((name) => name.split(":")[0]!.toLowerCase());
  return services.map((service) => Reference.typeOf(key, service)).find((type) => type !== undefined);
}
