import fc from "fast-check";
import type { Cast, Member, Thing } from "./cast.ts";
import { misfit, type Operation } from "./contract.ts";
import { type Twist, twistOf } from "./twists.ts";
import { fitting, isObject, limited, more, replaced, trimmed } from "./values.ts";

/**
 * A request as it was drawn: all well, then changed by each of its twists. What it names is looked up when it is sent.
 */
export interface Drawn {
  /** Which member asks, and which things are named. */
  who: number;
  which: number;
  /** The seed of json-schema-faker. */
  seed: number;
  twists: Twist[];
}

/** A request as it goes out, with what is known of it. */
export interface Sent {
  method: string;
  target: string;
  headers: Record<string, string>;
  body?: Buffer;
  /** Who asks; undefined for nobody. */
  member?: Member;
  /** The gateway takes it for this operation. */
  plain: boolean;
  /** It names what belongs to other people. */
  foreign: boolean;
  /** Whether the document takes its body: undefined where it does not say. */
  fits?: boolean;
  twists: Twist["kind"][];
}

/** Requests to an operation. */
export const requests = (operation: Operation): fc.Arbitrary<Drawn> =>
  fc.record({
    who: fc.nat(),
    which: fc.nat(),
    seed: fc.nat(),
    twists: fc.array(twistOf(operation), { maxLength: 2 }),
  });

/** The request that was drawn, naming things that are there. */
export function write(cast: Cast, operation: Operation, { who, which, seed, twists }: Drawn): Sent {
  const kinds = twists.map(({ kind }) => kind);
  const others = twists.flatMap((twist) => (twist.kind === "another's" ? twist.parameter : []));
  const { method } = { ...operation, ...twists.find((twist) => twist.kind === "method") };
  const member = memberOf(cast, { ...operation, method }, who, kinds.includes("another group"));
  const things = thingsOf(cast, { ...operation, method }, member, which, others);
  const values = parameterValues(operation, things);
  const headers: Record<string, string> = member ? { authorization: `Bearer ${member.token}` } : {};
  const query: string[] = [];
  let value = operation.body && naming(fitting(operation.body, seed), things);
  let text: Buffer | undefined;
  let type: string | undefined = operation.body ? "application/json" : undefined;
  for (const twist of twists) {
    if (twist.kind === "nobody") set(headers, "authorization", twist.authorization);
    if (twist.kind === "parameter") values[twist.parameter] = twist.text;
    if (twist.kind === "spelling") values[twist.parameter] += twist.by;
    if (twist.kind === "query") query.push(twist.text);
    if (twist.kind === "page") query.push(`limit=${twist.limit}`, ...placeIn(cast.cursors, twist.cursor));
    if (twist.kind === "header") set(headers, ...twist.header);
    if (twist.kind === "type") type = twist.type;
    if (twist.kind === "text") text = twist.text;
    if (twist.kind === "value") value = twist.value;
    if (twist.kind === "place") value = replaced(value, twist.at, twist.value);
    if (twist.kind === "limit") value = limited(operation.body!, value, twist.at, twist.by);
    if (twist.kind === "missing") value = replaced(value, twist.at, undefined);
    if (twist.kind === "more") value = more(value, twist.name, twist.value);
  }
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => values[name]!);
  const target = query.length > 0 ? `${path}?${query.join("&")}` : path;
  for (const twist of twists) if (twist.kind === "known") set(headers, twist.header, cast.etags.get(target));
  const body = text ?? (value === undefined ? undefined : Buffer.from(JSON.stringify(value)));
  set(headers, "content-type", type);
  const judged = operation.body && text === undefined && type === "application/json" && !kinds.includes("header");
  return {
    method,
    target,
    headers,
    twists: kinds,
    ...(body ? { body } : {}),
    ...(kinds.includes("nobody") ? {} : { member }),
    plain: method === operation.method && Object.values(values).every(isPlain),
    foreign: others.length > 0,
    ...(judged ? { fits: misfit(operation.body!, trimmed(JSON.parse(body!.toString()))) === undefined } : {}),
  };
}

const placeIn = (cursors: string[], at: number | undefined) =>
  at === undefined || cursors.length === 0 ? [] : [`cursor=${cursors[at % cursors.length]}`];

function set(headers: Record<string, string>, name: string, value: string | undefined) {
  if (value === undefined) delete headers[name];
  else headers[name] = value;
}

/** A member of a group that may call the operation, or may not. */
function memberOf(
  { members }: Cast,
  { access, method, path }: Operation,
  who: number,
  another: boolean,
): Member | undefined {
  if (access === "public") return undefined;
  const group = access === "creative" ? (another ? "fan" : "creative") : who % 4 === 0 ? "creative" : "fan";
  const leaves = method === "DELETE" && path === "/me";
  const some = members.filter((one) => one.group === group && (one.leaves ?? false) === leaves);
  return some[who % some.length];
}

type Things = Partial<Record<Thing["kind"], Thing>>;

/**
 * One thing of each kind that the operation can do its work with; of `others`, one that is no business of the member's.
 */
function thingsOf(
  cast: Cast,
  { id, access, method, path }: Operation,
  member: Member | undefined,
  which: number,
  others: string[],
) {
  const isOwn = (thing: Thing) => {
    if (access === "public" || !member) return true;
    // Everybody may report what everybody sees.
    if (id === "reportMedia") return true;
    if (id === "createUpload") return member.group === "fan" || thing.creativeId === member.userId;
    const isFans = "fanId" in thing && thing.fanId === member.userId;
    if (id === "signUpload") return isFans;
    return thing.creativeId === member.userId || (access === "user" && isFans);
  };
  // Media are hidden, shown and collected once they are published, and signed for before.
  const isReady = (thing: Thing) =>
    thing.kind !== "uploadId" || !/Media|sign/.test(id) || thing.waits === (id === "signUpload");
  // What is part of a thing may go; the thing itself stays.
  const deletes = method === "DELETE" && !/\/(media|flyer)\b/.test(path);
  const found: Things = {};
  for (const kind of ["eventId", "collectionId", "uploadId", "reportId"] as const) {
    const other = others.includes(kind);
    const some = cast.things.filter(
      (thing) => thing.kind === kind && isOwn(thing) !== other && !(deletes && !other && thing.kept),
    );
    // What was there from the beginning is known to be good for something.
    const kept = some.filter((thing) => thing.kept && isReady(thing));
    const from = kept.length > 0 && which % 4 > 0 ? kept : some;
    found[kind] = from[which % from.length];
  }
  // A report is asked for by its own event.
  const { reportId: report } = found;
  if (path.includes("{reportId}") && report?.kind === "reportId" && !others.includes("eventId"))
    found.eventId = cast.things.find((thing) => thing.kind === "eventId" && thing.id === report.eventId);
  return found;
}

const NOTHING = "0190a0a0-0000-7000-8000-000000000000";

function parameterValues({ parameters }: Operation, things: Things) {
  const variables = parameters.filter((parameter) => parameter.in === "path");
  const idOf = (name: string) => {
    if (name === "mediaId") return mediaIdOf(things);
    return name === "userId" ? things.eventId?.creativeId : things[name as Thing["kind"]]?.id;
  };
  return Object.fromEntries(variables.map(({ name }) => [name, idOf(name) ?? NOTHING]));
}

const mediaIdOf = ({ uploadId: upload }: Things) => (upload?.kind === "uploadId" ? upload.mediaIds[0]! : "video");

/** Ids within a body become those of things that are there. */
function naming(value: unknown, things: Things): unknown {
  if (Array.isArray(value)) return value.map((one) => naming(one, things));
  if (!isObject(value)) return value;
  const named = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, naming(inner, things)]));
  if (value.uploadId && things.uploadId) named.uploadId = things.uploadId.id;
  if (value.mediaId && value.mediaId !== "image20") named.mediaId = mediaIdOf(things);
  return named;
}

/** Whether the gateway takes it for one variable, and a URL that it stands in leads nowhere else. */
function isPlain(segment: string): boolean {
  try {
    const text = decodeURIComponent(segment);
    return /^[^/?#\\]+$/.test(text) && !/^\.{1,2}$/.test(text.trim());
  } catch {
    return false;
  }
}
