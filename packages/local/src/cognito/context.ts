import type { UserPoolGroup } from "@dropclip/synth/cloud";
import type { Input, JsonOperation } from "../protocol/json.ts";
import type { Settings } from "../settings.ts";
import type { Call, World } from "../world.ts";
import { invalid, notFound, userNotFound } from "./errors.ts";
import type { Pool } from "./pool.ts";
import type { User } from "./users.ts";

/** What the operations work on. */
export interface CognitoState {
  world: World;
  pools: Pool[];
  settings: Settings;
}

export type Operation = JsonOperation<CognitoState>;

/** The pool a call names, if the caller may do `action` to it. */
export function authorizedPool({ world, pools }: CognitoState, input: Input, call: Call, action: string): Pool {
  const id = text(input, "UserPoolId");
  if (!/^[\w-]+_[0-9a-zA-Z]+$/.test(id)) {
    throw constraint("userPoolId", "Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+", id);
  }
  const arn = `arn:aws:cognito-idp:${world.region}:${world.account}:userpool/${id}`;
  world.authorize(call.principal, `cognito-idp:${action}`, arn);
  const pool = pools.find(({ facts }) => facts.id === id);
  if (!pool) throw notFound(`User pool ${id} does not exist.`);
  return pool;
}

export function userOf({ users }: Pool, input: Input): User {
  const user = users.find(text(input, "Username"));
  if (!user) throw userNotFound();
  return user;
}

export function groupOf({ facts }: Pool, input: Input): UserPoolGroup {
  const name = text(input, "GroupName");
  const group = facts.groups.find(({ groupName }) => groupName === name);
  if (!group) throw notFound("Group not found.");
  return group;
}

/** A required member that is text. */
export function text(input: Input, name: string): string {
  const value: unknown = input[name];
  const path = name[0]!.toLowerCase() + name.slice(1);
  if (value === undefined || value === null) throw constraint(path, "Member must not be null");
  if (typeof value !== "string") throw invalid(`${name} is not a string.`);
  if (value === "") throw constraint(path, "Member must have length greater than or equal to 1", value);
  return value;
}

/** The API's words for a member that breaks its model. */
export function constraint(path: string, rule: string, value?: unknown) {
  const what = value === undefined ? "Value" : `Value '${String(value)}'`;
  return invalid(`1 validation error detected: ${what} at '${path}' failed to satisfy constraint: ${rule}`);
}

/** A page of a list of at most 60; the token is the index the next one starts at. */
export function page<T>(items: T[], limit: unknown, token: unknown): { items: T[]; next?: string } {
  const most = limit ?? 60;
  if (typeof most !== "number" || !Number.isInteger(most) || most < 0 || most > 60) {
    throw constraint("limit", "Member must have value less than or equal to 60", most);
  }
  const index = token === undefined ? "0" : Buffer.from(String(token), "base64url").toString();
  if (!/^\d{1,9}$/.test(index)) throw invalid("Invalid pagination token.");
  const start = Number(index);
  const end = start + (most || 60);
  const next = end < items.length ? Buffer.from(String(end)).toString("base64url") : undefined;
  return { items: items.slice(start, end), ...(next !== undefined && { next }) };
}

/** JSON's timestamps are seconds. */
export const date = (ms: number) => ms / 1000;

export const attributesOf = ({ sub, attributes }: User) =>
  Object.entries({ ...attributes, sub }).map(([Name, Value]) => ({ Name, Value }));

/** A user in a list, or just made. */
export function describeUser(user: User) {
  return {
    Username: user.sub,
    Attributes: attributesOf(user),
    UserCreateDate: date(user.createdMs),
    UserLastModifiedDate: date(user.modifiedMs),
    Enabled: true,
    UserStatus: user.status,
  };
}

/** A page of groups as it is answered. */
export function describeGroups(pool: Pool, { items, next }: { items: UserPoolGroup[]; next?: string }) {
  const Groups = items.map(({ groupName, description, precedence }) => ({
    GroupName: groupName,
    UserPoolId: pool.facts.id,
    ...(description !== undefined && { Description: description }),
    ...(precedence !== undefined && { Precedence: precedence }),
    CreationDate: date(pool.createdMs),
    LastModifiedDate: date(pool.createdMs),
  }));
  return { Groups, ...(next && { NextToken: next }) };
}
