import type { ErrorKind } from "@dropclip/core/errors";
import type { Rate } from "@dropclip/core/rate";
import { type Context, Hono } from "hono";
import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import type * as v from "valibot";
import { answerErrors } from "./http.ts";
import { type Access, authenticate, type User } from "./user.ts";

/** A group of routes, answered by one function; `tag` names it, in the stacks too. */
export const routes = (tag: string) => {
  const app = answerErrors(new Hono<{ Variables: { user: User } }>());
  return { app, tag, described: [] as Described[] };
};
export type Routes = ReturnType<typeof routes>;

export interface Described {
  /** `GET /events/{eventId}` */
  place: string;
  /** Its name for generated clients: `createEvent`. */
  operationId: string;
  summary: string;
  access: Access;
  /** The rate that calls count towards; public routes have none. */
  kind?: Rate.Kind;
  /** What it does cannot be undone: whether its user still may is asked of the user pool, not of the token alone. */
  irreversible?: boolean;
  /** So long an answer may be kept and shown again, seconds; nothing else may be kept. */
  freshSeconds?: number;
  query?: v.GenericSchema;
  body?: v.GenericSchema;
  /** Request headers that mean something, with what they do. */
  headers?: Record<string, string>;
  /** Status, and the body's schema unless there is none. */
  answer: { status: number; schema?: v.GenericSchema; description: string };
  /** What it may refuse besides what every route of its access does. */
  errors: ErrorKind[];
}

/** The parameters of a path: `eventId` of `/events/{eventId}`. */
type Parameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Parameters<Rest>
  : never;

/**
 * Adds a route, `GET /events/{eventId}`, with its description: `openapi.json` is made of these, and the stacks and the
 * tests of who may do what are made of that. The handler is reached only by those who may call it.
 */
export function route<Place extends `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`>(
  { app, described: all }: Routes,
  place: Place,
  described: Omit<Described, "place">,
  handler: (c: Context, user: User, path: Record<Parameters<Place>, string>) => Promise<Response> | Response,
) {
  const [method = "", path = ""] = place.split(" ");
  const pattern = path.replace(/\{(\w+)\}/g, ":$1");
  const { access, kind = "read", irreversible, freshSeconds } = described;
  all.push({ ...described, place });
  app.on(method, pattern, async (c) => {
    const user = access === "public" ? NOBODY : await authenticate(c, { access, kind, irreversible });
    const answer = await handler(c, user, c.req.param() as Record<Parameters<Place>, string>);
    if (freshSeconds !== undefined) {
      answer.headers.set("Cache-Control", `public, max-age=${freshSeconds}`);
      // The gateway names the origin that asked.
      answer.headers.append("Vary", "Origin");
    }
    return answer;
  });
}

/** What API Gateway hands over, as far as it says what is asked for. */
interface Routed {
  routeKey: string;
  rawPath: string;
  pathParameters?: Record<string, string>;
  body?: string;
}

/**
 * The Lambda handler of a group. It answers the route that API Gateway has chosen and authorised: the path is written
 * anew from that, since the gateway hands it on decoded, where a `#` or a line end would make another one of it.
 */
export function serve({ app }: Routes) {
  const answer = handle(app);
  return (event: LambdaEvent & Routed, context: LambdaContext) => {
    const [method, pattern = ""] = event.routeKey.split(" ");
    const rawPath = pattern.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(event.pathParameters?.[name] ?? ""));
    const { body, ...rest } = event;
    // A GET may come with a body; it means nothing.
    return answer({ ...rest, rawPath, ...(method === "GET" ? {} : { body }) } as LambdaEvent, context);
  };
}

const NOBODY: User = { userId: "", groups: [] };
