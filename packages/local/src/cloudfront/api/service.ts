import type { Distribution } from "@dropclip/synth/cloud";
import { AwsError, type Call, type Service, type World } from "../../world.ts";
import { createInvalidation } from "./create-invalidation.ts";
import { getDistribution, listDistributions } from "./distributions.ts";
import type { Batch } from "./invalidation.ts";
import { Ledger } from "./ledger.ts";
import { getInvalidation, listInvalidations } from "./read-invalidations.ts";
import { writeXml, type Xml } from "./xml.ts";

/** What an operation works with. */
export interface Context {
  world: World;
  ledger: Ledger;
  distributions: Distribution[];
  startedAtMs: number;
  invalidate: (distributionId: string, batch: Batch, dueAtMs: number) => void;
  /** The call, and the parts of its path. */
  call: Call;
  distributionId: string;
  invalidationId: string;
}

/** An answer: the root element, its content, and headers besides. */
export interface Answer {
  status: number;
  root: string;
  content: Xml;
  headers?: Record<string, string>;
}

const BASE = "/2020-05-31/distribution";
const INVALIDATION = "/(?<distributionId>[^/]+)/invalidation";

const OPERATIONS: { method: string; path: RegExp; run: (context: Context) => Answer }[] = [
  { method: "POST", path: route(INVALIDATION), run: createInvalidation },
  { method: "GET", path: route(INVALIDATION), run: listInvalidations },
  { method: "GET", path: route(`${INVALIDATION}/(?<invalidationId>[^/]+)`), run: getInvalidation },
  { method: "GET", path: route(""), run: listDistributions },
  { method: "GET", path: route("/(?<distributionId>[^/]+)"), run: getDistribution },
];

/** The CloudFront API behind the gate: invalidations, and what distributions there are. */
export function createService(shared: Omit<Context, "call" | "distributionId" | "invalidationId" | "ledger">): Service {
  const ledger = new Ledger(shared.world);
  return {
    name: "cloudfront",
    async handle(call) {
      for (const { method, path, run } of OPERATIONS) {
        const match = call.method === method ? path.exec(call.url.pathname) : null;
        if (!match) continue;
        const { distributionId = "", invalidationId = "" } = match.groups ?? {};
        return send(call, run({ ...shared, ledger, call, distributionId, invalidationId }));
      }
      const named = `${call.method} ${call.url.pathname}`;
      throw new AwsError("NotImplemented", `CloudFront's operation ${named} does not run locally.`, 501);
    },
    fail(call, error) {
      const type = error.status >= 500 ? "Receiver" : "Sender";
      const problem = { Type: type, Code: error.code, Message: error.message };
      send(call, {
        status: error.status,
        root: "ErrorResponse",
        content: { Error: problem, RequestId: call.requestId },
      });
    },
  };
}

/** The distribution, once the caller may do `action` to it; `NoSuchDistribution` when there is none. */
export function permitted(context: Context, action: string): Distribution {
  const { world, distributions, distributionId, call } = context;
  world.authorize(call.principal, action, `arn:aws:cloudfront::${world.account}:distribution/${distributionId}`);
  const found = distributions.find(({ id }) => id === distributionId);
  if (!found) throw new AwsError("NoSuchDistribution", "The specified distribution does not exist.", 404);
  return found;
}

function send({ response, requestId }: Call, { status, root, content, headers = {} }: Answer) {
  response.writeHead(status, { "content-type": "text/xml", "x-amzn-requestid": requestId, ...headers });
  response.end(writeXml(root, content));
}

function route(rest: string): RegExp {
  return new RegExp(`^${BASE}${rest}$`);
}
