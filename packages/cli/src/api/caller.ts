import * as v from "valibot";
import { CliError, Refusal, Transient } from "../errors.ts";
import { exchange, type HttpAnswer } from "../net/http.ts";
import { isTransientStatus, type Patience, retryAfterMs, withRetries } from "../net/retry.ts";
import { Problem } from "./schemas.ts";

/** The API refused the call: 4xx. */
export class ApiRefusal extends Refusal {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The user in whose name the calls are made. */
export interface Bearer {
  /** An access token. */
  token(): Promise<string>;
  /** A new token, after the API has refused that one. */
  renew(refused: string): Promise<string>;
  /** The error message for when the API refuses the new token, too. */
  turnedAway(): CliError;
}

export interface CallOptions {
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
}

/** Calls the API once and returns its answer, whose status is below 400. */
export type Call = (method: string, path: string, options?: CallOptions) => Promise<HttpAnswer>;

/** The HTTP API at `base`, retried with patience. An `ApiRefusal` for 4xx, a `CliError` when it stays out of reach. */
export function createCaller(base: string, patience: Patience, bearer?: Bearer): Call {
  const once = async (method: string, path: string, { headers, body }: CallOptions, token: string | undefined) => {
    const answer = await exchange({
      method,
      url: `${base}${path}`,
      headers: {
        ...headers,
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: patience.signal,
    });
    if (isTransient(answer)) throw new Transient(problemOf(answer).message, retryAfterMs(answer, patience.clock.now()));
    return answer;
  };
  return (method, path, options = {}) =>
    withRetries(patience, base, async () => {
      const token = await bearer?.token();
      let answer = await once(method, path, options, token);
      if (answer.status === 401 && bearer && token) {
        answer = await once(method, path, options, await bearer.renew(token));
        if (answer.status === 401) throw bearer.turnedAway();
      }
      if (answer.status >= 400) throw refusalOf(answer);
      return answer;
    });
}

/**
 * A quota that is used up is 429 too, but waiting does not help: it has no Retry-After, and the API's message says so.
 */
function isTransient(answer: HttpAnswer): boolean {
  if (answer.status === 429 && !answer.headers["retry-after"]) return !isProblem(answer);
  return isTransientStatus(answer.status);
}

function refusalOf(answer: HttpAnswer): ApiRefusal {
  const { code, message } = problemOf(answer);
  return new ApiRefusal(answer.status, code, message);
}

const ProblemText = v.pipe(v.string(), v.parseJson(), Problem);

function isProblem({ text }: HttpAnswer): boolean {
  return v.is(ProblemText, text);
}

/** A gateway in front of the API has its own errors, which do not have the API's shape. */
function problemOf({ status, text }: HttpAnswer): { code: string; message: string } {
  const problem = v.safeParse(ProblemText, text);
  if (!problem.success) return { code: `http.${status}`, message: `the API answered ${status}` };
  const { code, message, requestId } = problem.output;
  // Only a failure on the server's side is worth a look into its log.
  return { code, message: status >= 500 && requestId ? `${message} (request ${requestId})` : message };
}

/** The answer's JSON; a `CliError` when it does not match `schema`. */
export function parse<const Schema extends v.GenericSchema>(
  schema: Schema,
  { text }: HttpAnswer,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const where = v.getDotPath(issue);
  throw new CliError(`the API's answer is not understood${where ? ` at ${where}` : ""}: ${issue.message}`);
}
