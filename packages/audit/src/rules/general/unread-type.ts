import { awsPage, type Rule } from "../../rule.ts";
import { UNREAD } from "../../unread.ts";

/** Given to the rule by the list of all rules, which has it too. */
export const unreadType = (others: () => readonly Rule[]): Rule => ({
  id: "own/unread-type",
  title: "Some rule looks at every type of resource, or it is said why none needs to",
  severity: "medium",
  types: "every",
  page: awsPage("securityhub/latest/userguide/securityhub-controls-reference.html"),
  check: ({ type }) => {
    const read = others().some(({ types }) => types !== "every" && types.includes(type));
    return read || isComponent(type) || Object.hasOwn(UNREAD, type) ? [] : [`no rule looks at a ${type}`];
  },
});

/** Components only group the resources beside them. */
const isComponent = (type: string) => type.startsWith("sst:") || type.startsWith("pulumi:providers:");
