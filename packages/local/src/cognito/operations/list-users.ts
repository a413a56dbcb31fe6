import { authorizedPool, describeUser, type Operation, page } from "../context.ts";
import { invalid } from "../errors.ts";
import type { User } from "../users.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html, "Filter" */
const FIELDS: Record<string, (user: User) => string | undefined> = {
  username: ({ sub }) => sub,
  sub: ({ sub }) => sub,
  email: ({ email }) => email,
  name: ({ attributes }) => attributes.name,
  given_name: ({ attributes }) => attributes.given_name,
  family_name: ({ attributes }) => attributes.family_name,
  preferred_username: ({ attributes }) => attributes.preferred_username,
  "cognito:user_status": ({ status }) => status,
  status: () => "Enabled",
};

export const listUsers: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "ListUsers");
  const matching = pool.users.all().filter(filterOf(input.Filter));
  const { items, next } = page(matching, input.Limit, input.PaginationToken);
  const wanted: unknown = input.AttributesToGet;
  const Users = items.map(describeUser).map(({ Attributes, ...user }) => {
    const shown = Array.isArray(wanted) ? Attributes.filter(({ Name }) => wanted.includes(Name)) : Attributes;
    return { ...user, Attributes: shown };
  });
  return { Users, ...(next && { PaginationToken: next }) };
};

/** `email = "fan@example.com"`, `email ^= "fan"`; quotes inside are escaped with a backslash. */
function filterOf(filter: unknown): (user: User) => boolean {
  if (filter === undefined || filter === "") return () => true;
  const [, name = "", operator, quoted = ""] = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"(.*)"\s*$/.exec(String(filter)) ?? [];
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (!field) throw invalid("Error while parsing filter.");
  const value = quoted.replace(/\\(.)/g, "$1");
  // User names and addresses are not case-sensitive.
  const plain = (text: string) => (name === "email" ? text.toLowerCase() : text);
  return (user) => {
    const actual = plain(field(user) ?? "");
    return operator === "=" ? actual === plain(value) : actual.startsWith(plain(value));
  };
}
