import type { Setting } from "@dropclip/synth/cloud";
import { TYPE } from "@dropclip/synth/from-graph/types";
import type { RestJsonOperation } from "../../protocol/rest-json.ts";
import type { RestInput } from "../../protocol/routes.ts";
import type { Settings } from "../../settings.ts";
import { AwsError, type Principal, type World } from "../../world.ts";

/** What the operations work on. */
export interface ControlState {
  world: World;
  settings: Settings;
  /** Puts an address of this machine in the place of the deployed one. */
  localise(value: string): string;
  startedAtMs: number;
}

export type Operation = RestJsonOperation<ControlState>;

/** Policies name the path of what is asked for: `arn:aws:apigateway:{region}::/apis/{id}/routes`. */
export function authorize({ world }: ControlState, principal: Principal, path: string) {
  world.authorize(principal, "apigateway:GET", `arn:aws:apigateway:${world.region}::${path}`);
}

/** Everything of a type that belongs to the API of the path, once the caller may see it. */
export function partsOf(state: ControlState, { path }: RestInput, principal: Principal, type: string, name: string) {
  const apiId = path.ApiId ?? "";
  authorize(state, principal, `/apis/${apiId}/${name}`);
  if (!state.settings.byId(TYPE.api, apiId))
    throw new AwsError("NotFoundException", `Invalid API identifier specified ${state.world.account}:${apiId}`, 404);
  return state.settings.of(type).filter(({ inputs }) => inputs.apiId === apiId);
}

const PAGE = 25;

/** A page of a list, as API Gateway has them. */
export function paged({ query }: RestInput, parts: Setting[], describe: (part: Setting) => object) {
  const size = Number(query.get("maxResults") ?? PAGE);
  const from = Number(query.get("nextToken") ?? 0);
  if (!Number.isInteger(size) || size < 1) throw new AwsError("BadRequestException", "Invalid maxResults specified");
  if (!Number.isInteger(from) || from < 0) throw new AwsError("BadRequestException", "Invalid nextToken specified");
  const next = from + size;
  const items = parts.slice(from, next).map(describe);
  return { body: { items, ...(next < parts.length && { nextToken: String(next) }) } };
}

export const date = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
