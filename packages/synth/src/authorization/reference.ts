export { serviceName } from "./data.ts";
export * as Reference from "./reference.ts";

import { globalType, isGlobal, KeySet } from "./condition-key.ts";
import { type ServiceData, serviceData } from "./data.ts";
import { ofFormat, ofPolicy, overlap, type Pattern } from "./pattern.ts";

/** An action, from AWS's service authorization reference. */
export interface Action {
  /** `s3:GetObject`, as AWS spells it. */
  name: string;
  /** Empty: a policy can allow the action on `"*"` only. */
  resourceTypes: ResourceType[];
  /** The action's own keys, without those of its resource types. */
  conditionKeys: string[];
  keys: KeySet;
  /** The prefix of its service: `s3`. */
  service: string;
}

export interface ResourceType {
  name: string;
  /** As the reference writes it: `arn:${Partition}:s3:::${BucketName}`. */
  format: string;
  arn: Pattern;
  conditionKeys: string[];
  keys: KeySet;
}

const actions = new Map<string, Action | undefined>();

/** The action, `s3:GetObject` in any case; undefined when AWS has none of that name. */
export function find(name: string): Action | undefined {
  const wanted = name.toLowerCase();
  // Services check few actions, and policies name few, so both are cached.
  if (!actions.has(wanted)) actions.set(wanted, read(wanted));
  return actions.get(wanted);
}

/**
 * Every action that a policy's `Action` covers: one, those of a wildcard, or none. `*` for all services is not
 * expanded.
 */
export function matching(pattern: string): Action[] {
  if (!/[*?]/.test(pattern)) return [find(pattern) ?? []].flat();
  const [prefix = "", names = ""] = pattern.toLowerCase().split(":");
  const text = ofPolicy(names);
  return Object.keys(serviceData(prefix)?.actions ?? {})
    .filter((name) => overlap(ofPolicy(name), text))
    .map((name) => find(`${prefix}:${name}`)!);
}

/** The action's resource types that the ARN, or the policy's pattern, can match. */
export function typesOf(action: Action, resource: string): ResourceType[] {
  const pattern = ofPolicy(resource);
  return action.resourceTypes.filter(({ arn }) => overlap(arn, pattern));
}

/**
 * Whether a request for the action on the resource can have the condition key: a global one, or one that AWS lists for
 * the action or for the type of the resource.
 */
export function lists(action: Action | undefined, key: string, resource: string): boolean {
  const wanted = key.toLowerCase();
  if (isGlobal(wanted)) return true;
  if (!action) return false;
  return action.keys.has(wanted) || typesOf(action, resource).some(({ keys }) => keys.has(wanted));
}

/**
 * `String`, `ArrayOfString`, `ARN`, `Numeric`, `Bool`, `Date` …; undefined for a key that is not in AWS's reference of
 * the service.
 */
export function typeOf(key: string, service: string): string | undefined {
  const wanted = key.toLowerCase();
  const known = globalType(wanted);
  if (known) return known;
  const listed = Object.values(serviceData(service)?.conditionKeys ?? {});
  return listed.find((one) => new KeySet([one.key]).has(wanted))?.type;
}

const listKeys = new Map<string, KeySet>();

/** Whether the key holds a list, even when the list has one member. */
export function isList(key: string, service: string): boolean {
  const wanted = key.toLowerCase();
  const known = globalType(wanted);
  if (known) return isArray(known);
  let keys = listKeys.get(service);
  if (!keys) {
    const all = Object.values(serviceData(service)?.conditionKeys ?? {});
    keys = new KeySet(all.filter(({ type }) => isArray(type)).map((one) => one.key));
    listKeys.set(service, keys);
  }
  return keys.has(wanted);
}

const isArray = (type: string) => type.startsWith("ArrayOf");

function read(wanted: string): Action | undefined {
  const [prefix = "", name = ""] = wanted.split(":");
  const data = serviceData(prefix);
  const found = data && Object.hasOwn(data.actions, name) ? data.actions[name] : undefined;
  if (!found) return undefined;
  return {
    name: `${prefix}:${found.name}`,
    resourceTypes: found.resourceTypes.map((type) => resourceType(data!, type)),
    conditionKeys: found.conditionKeys,
    keys: new KeySet(found.conditionKeys),
    service: prefix,
  };
}

function resourceType(data: ServiceData, type: { name: string; conditionKeys: string[] }): ResourceType {
  const { arn, conditionKeys = [] } = data.resourceTypes[type.name.toLowerCase()]!;
  const all = [...new Set([...conditionKeys, ...type.conditionKeys])];
  return { name: type.name, format: arn, arn: ofFormat(arn), conditionKeys: all, keys: new KeySet(all) };
}
