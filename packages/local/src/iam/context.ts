import { createHash } from "node:crypto";
import type { AskedAction } from "./asked-action.ts";
import { segmentsOf } from "./segments.ts";
import type { IamPrincipal } from "./types.ts";

/** What a caller adds to the request: condition keys and their values; several values for keys that hold lists. */
export type CallerContext = Record<string, string | string[]>;

const PRINCIPAL_TAG = "aws:principaltag/";
const REQUEST_TAG = "aws:requesttag/";
const TAG_KEYS = "aws:tagkeys";

/** What is the same for every request. */
export interface Place {
  account: string;
  region: string;
  now(): number;
}

/**
 * The condition keys of one request, as AWS would have them: what a service passes counts only where AWS lists the key
 * for the action. Most requests ask for few or none: every value is found when it is asked for.
 */
export class RequestContext {
  readonly #principal: IamPrincipal;
  readonly #action: AskedAction;
  readonly #given: CallerContext | undefined;
  readonly #place: Place;
  #byKey: Map<string, string | string[]> | undefined;

  constructor(principal: IamPrincipal, action: AskedAction, given: CallerContext | undefined, place: Place) {
    this.#principal = principal;
    this.#action = action;
    this.#given = given;
    this.#place = place;
  }

  /**
   * The value of a key in small letters, a list for keys that hold lists; undefined when the request has no such key.
   */
  get(key: string): string | string[] | undefined {
    // A service cannot set the caller's own keys: these win over what the caller of `authorize` passes.
    if (key.startsWith(PRINCIPAL_TAG)) return this.#tag(key.slice(PRINCIPAL_TAG.length));
    const identity = IDENTITY.get(key);
    if (identity) return identity(this.#principal);
    const given = this.#callers().get(key);
    if (given !== undefined) return given;
    return ENVIRONMENT.get(key)?.(this.#principal, this.#place);
  }

  #tag(name: string): string | undefined {
    const { tags = {} } = this.#principal;
    if (Object.hasOwn(tags, name)) return tags[name];
    return Object.entries(tags).find(([key]) => key.toLowerCase() === name)?.[1];
  }

  #callers(): Map<string, string | string[]> {
    if (this.#byKey) return this.#byKey;
    this.#byKey = new Map();
    const given = Object.entries(this.#given ?? {}).filter(([name]) => this.#action.lists(name));
    for (const [name, value] of given) {
      const key = name.toLowerCase();
      this.#byKey.set(key, this.#action.isList(key) ? [value].flat() : value);
    }
    // AWS has this key wherever tags are sent along.
    const tagged = given.filter(([name]) => name.toLowerCase().startsWith(REQUEST_TAG));
    if (tagged.length > 0 && !this.#byKey.has(TAG_KEYS) && this.#action.lists(TAG_KEYS)) {
      this.#byKey.set(
        TAG_KEYS,
        tagged.map(([name]) => name.slice(REQUEST_TAG.length)),
      );
    }
    const ip = this.#byKey.get("aws:sourceip");
    if (typeof ip === "string") this.#byKey.set("aws:sourceip", ip.replace(/^::ffff:(?=\d+\.)/i, ""));
    return this.#byKey;
  }
}

type Fact<A extends unknown[]> = (principal: IamPrincipal, ...rest: A) => string | undefined;

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, "Properties of the
 * principal".
 */
const IDENTITY = new Map<string, Fact<[]>>(
  Object.entries({
    "aws:principalarn": ({ kind, arn, roleArn }) => (kind === "role" ? roleArn : kind === "operator" ? arn : undefined),
    "aws:principalaccount": ({ kind, accountId }) => (kind === "role" || kind === "operator" ? accountId : undefined),
    "aws:principaltype": ({ kind }) => TYPES[kind],
    "aws:userid": userId,
    "aws:username": ({ kind, arn }) => (kind === "operator" ? arn.slice(arn.lastIndexOf("/") + 1) : undefined),
    "aws:principalisawsservice": ({ kind }) => String(kind === "service"),
    "aws:principalservicename": ({ kind, service, arn }) => (kind === "service" ? (service ?? arn) : undefined),
  }),
);

const TYPES: Partial<Record<IamPrincipal["kind"], string>> = {
  anonymous: "Anonymous",
  operator: "User",
  role: "AssumedRole",
};

/**
 * True for every request unless the service says otherwise. Loopback HTTP never leaves the machine: it counts as
 * secure.
 */
const ENVIRONMENT = new Map<string, Fact<[Place]>>(
  Object.entries({
    "aws:currenttime": (_, { now }) => `${new Date(now()).toISOString().slice(0, 19)}Z`,
    "aws:epochtime": (_, { now }) => String(Math.floor(now() / 1000)),
    "aws:requestedregion": (_, { region }) => region,
    "aws:resourceaccount": (_, { account }) => account,
    "aws:securetransport": () => "true",
    "aws:viaawsservice": () => "false",
    "aws:multifactorauthpresent": ({ kind }) => (kind === "role" ? "false" : undefined),
    "aws:sourcearn": ({ kind, sourceArn }) => (kind === "service" ? sourceArn : undefined),
    "aws:sourceaccount": ({ kind, sourceArn, accountId }) =>
      kind === "service" ? segmentsOf(sourceArn ?? "")?.[4] || accountId : undefined,
  }),
);

/** `AROA…:{session}` of a role, `AIDA…` of the operator. AWS draws the ids; here they follow from the ARN. */
function userId({ kind, arn, roleArn, sessionName }: IamPrincipal): string | undefined {
  if (kind === "anonymous") return "anonymous";
  if (kind === "operator") return uniqueId("AIDA", arn);
  return kind === "role" ? `${uniqueId("AROA", roleArn ?? arn)}:${sessionName ?? arn.split("/").at(-1)}` : undefined;
}

/** An id as IAM gives them, always the same for the same ARN: four letters that tell the kind, then 17 characters. */
export function uniqueId(prefix: "AROA" | "AIDA", arn: string): string {
  const digest = createHash("sha256").update(arn).digest();
  return prefix + Array.from(digest.subarray(0, 17), (byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte & 31]).join("");
}
