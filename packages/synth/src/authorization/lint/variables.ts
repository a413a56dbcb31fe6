import { unlisted } from "./keys.ts";
import type { Rule } from "./rule.ts";

/** `${aws:PrincipalTag/team, 'none'}`, without the three escapes for special characters. */
const VARIABLE = /\$\{\s*([^},]{2,}?)\s*(?:,[^}]*)?\}/g;

/** Policy variables that a request for the action never has: a value that contains one matches nothing. */
export const wrongVariables: Rule = (placed) => {
  const { Condition: condition = {} } = placed.statement;
  const values = Object.values(condition).flatMap((keys) => Object.values(keys).flat());
  const named = [...placed.resources, ...values].flatMap((text) =>
    [...String(text).matchAll(VARIABLE)].map(([, key]) => key!),
  );
  return [...new Set(named)].flatMap((key) =>
    unlisted(placed, key).map((wrong) => `the variable \${${key}}: ${wrong}`),
  );
};
