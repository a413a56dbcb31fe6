import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { TestClock } from "../../src/clock.ts";
import type { InvokeResult, Job, JobRunner } from "../../src/ports.ts";
import { createStates, type States } from "../../src/states/index.ts";
import type { HistoryEvent, Json } from "../../src/states/types.ts";
import { Store } from "../../src/store.ts";
import { AwsError, type Principal, type World } from "../../src/world.ts";
import { checkKnown } from "../iam/known.ts";

export const ACCOUNT = "111111111111";
export const REGION = "us-east-1";
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/machine`;

/** A function as the tests write it: gets the event, answers a value or throws `FunctionError`. */
export type Handler = (event: Json, signal?: AbortSignal) => Json | Promise<Json>;

export class FunctionError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export interface Published {
  source: string;
  detailType: string;
  resources: string[];
  detail: Record<string, any>;
}

/** Step Functions in a world of its own; `reopen` is what a restart on the same store does. */
export interface Lab {
  clock: TestClock;
  store: Store;
  world: World;
  states: States;
  published: Published[];
  denied: Set<string>;
  invocations: { name: string; event: Json }[];
  /** Calls an API operation over HTTP; throws `{ code, message, status }` on an error. */
  call(operation: string, input?: object): Promise<any>;
  start(input?: Json, name?: string): string;
  describe(arn: string): Promise<any>;
  history(arn: string): Promise<HistoryEvent[]>;
  /** Moves time from sleeper to sleeper until the execution has ended. */
  finish(arn: string): Promise<any>;
  /** Until nothing can happen without time passing. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface LabOptions {
  definition: object;
  handlers?: Record<string, Handler>;
  jobs?: JobRunner;
  random?: () => number;
  store?: Store;
  clock?: TestClock;
  endpoint?: string;
  machineName?: string;
  machineType?: "STANDARD" | "EXPRESS";
  logDestination?: string;
  /** Actions that are denied from the start. */
  denied?: string[];
}

export function machineArn(name = "machine") {
  return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`;
}

export async function createLab(options: LabOptions): Promise<Lab> {
  const { handlers = {}, random, store = new Store(":memory:"), clock = new TestClock() } = options;
  const published: Published[] = [];
  const denied = new Set<string>(options.denied);
  const invocations: Lab["invocations"] = [];
  const errors: string[] = [];
  const world: World = {
    account: ACCOUNT,
    region: REGION,
    clock,
    store,
    directory: "/nonexistent",
    log: (entry) => {
      if (entry.level === "error") errors.push(entry.message);
    },
    uuid: () => crypto.randomUUID(),
    metrics: { put() {} },
    assumeRole: () => {
      if (denied.has("sts:AssumeRole")) throw new AwsError("AccessDenied", "no trust", 403);
      return { accessKeyId: "ASIA", secretAccessKey: "secret", sessionToken: "token" };
    },
    actAs: () => ({ accessKeyId: "ASIA", secretAccessKey: "secret" }),
    endpoint: () => options.endpoint ?? "http://127.0.0.1:1",
    authorize(principal, action, resource, context) {
      checkKnown(action, resource, context);
      if (!denied.has(action)) return;
      const text = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
      throw new AwsError("AccessDenied", text, 403);
    },
  };
  const lambda = {
    async invoke(arn: string, payload: string, more?: { signal?: AbortSignal }): Promise<InvokeResult> {
      const name = arn.split(":").at(-1)!;
      const handler = handlers[name];
      if (!handler || arn !== `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`)
        throw new AwsError("ResourceNotFoundException", `no function ${name}`, 404);
      const event = JSON.parse(payload);
      invocations.push({ name, event });
      const answer = { statusCode: 200, executedVersion: "$LATEST", requestId: crypto.randomUUID() };
      try {
        return { ...answer, payload: JSON.stringify(await handler(event, more?.signal)) };
      } catch (error) {
        if (!(error instanceof FunctionError)) throw error;
        const body = { errorType: error.type, errorMessage: error.message, trace: [] };
        return { ...answer, functionError: "Unhandled", payload: JSON.stringify(body) };
      }
    },
  };
  const name = options.machineName ?? "machine";
  const states = createStates({
    world,
    bus: { publish: (event) => void published.push(event) },
    machines: [
      {
        name,
        arn: machineArn(name),
        roleArn: ROLE,
        type: options.machineType ?? "STANDARD",
        definition: options.definition as Record<string, unknown>,
        ...(options.logDestination && { logDestination: options.logDestination }),
      },
    ],
    lambda,
    jobs: options.jobs ?? noJobs,
    random,
  });
  const server = await serve(states);
  const { port } = server.address() as AddressInfo;
  const lab: Lab = {
    clock,
    store,
    world,
    states,
    published,
    denied,
    invocations,
    async call(operation, input = {}) {
      const response = await fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${operation}` },
        body: typeof input === "string" ? input : JSON.stringify(input),
      });
      const body = (await response.json()) as any;
      if (response.ok) return body;
      throw Object.assign(new Error(body.message), { code: body.__type, status: response.status });
    },
    start: (input = {}, execution) => states.start(machineArn(name), JSON.stringify(input), execution).executionArn,
    describe: (arn) => lab.call("DescribeExecution", { executionArn: arn }),
    async history(arn) {
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await lab.call("GetExecutionHistory", { executionArn: arn, maxResults: 1000, nextToken });
        events.push(...page.events);
        nextToken = page.nextToken;
      } while (nextToken);
      return events;
    },
    async finish(arn) {
      for (;;) {
        await lab.settle();
        const described = await lab.describe(arn);
        if (described.status !== "RUNNING") return described;
        if (!(await clock.skip())) throw new Error(`${arn} waits for nothing`);
      }
    },
    async settle() {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    async close() {
      await states.stop();
      await new Promise((resolve) => server.close(resolve));
      // Nothing a test does may hit an internal error, whatever else it looks at.
      if (errors.length > 0) throw new Error(errors.join("\n"));
    },
  };
  return lab;
}

/** The gate as the service sees it: a body that was read and a caller that was verified. */
async function serve(states: States): Promise<Server> {
  const principal: Principal = { kind: "operator", arn: `arn:aws:iam::${ACCOUNT}:user/operator`, accountId: ACCOUNT };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url!, "http://127.0.0.1");
    const call = {
      request,
      response,
      url,
      method: request.method!,
      body: Buffer.concat(chunks),
      principal,
      requestId: crypto.randomUUID(),
      region: "us-east-1",
    };
    try {
      await states.handle(call);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      states.fail(call, error);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const noJobs: JobRunner = {
  createJob() {
    throw new AwsError("BadRequestException", "no jobs in this test");
  },
  authorize() {},
  waitForJob: () => Promise.reject(new AwsError("NotFoundException", "no jobs in this test", 404)),
  cancelJob() {},
};

/** A job runner whose jobs end when the test says so; it outlives restarts, as the real one's jobs do. */
export class TestJobs implements JobRunner {
  readonly created: Record<string, any>[] = [];
  readonly cancelled: string[] = [];
  readonly waited: string[] = [];
  readonly #ended = new Map<string, Job>();
  readonly #waiting = new Map<string, ((job: Job) => void)[]>();
  /** `GetJob job-0`, as the machine's role was asked for. */
  readonly asked: string[] = [];
  refuse?: AwsError;
  /** Actions the machine's role may not do. */
  readonly denied = new Set<string>();

  createJob(request: Record<string, unknown>) {
    if (this.refuse) throw this.refuse;
    const known = this.created.findIndex(({ ClientRequestToken }) => ClientRequestToken === request.ClientRequestToken);
    const index = known < 0 ? this.created.push(request) - 1 : known;
    return { Job: { Id: `job-${index}`, Status: "SUBMITTED" } };
  }

  authorize({ roleArn }: Principal, action: string, jobId: string) {
    this.asked.push(`${roleArn} ${action} ${jobId}`);
    if (this.denied.has(action)) throw new AwsError("AccessDeniedException", `not authorized: ${action}`, 403);
  }

  waitForJob(jobId: string, signal: AbortSignal): Promise<Job> {
    this.waited.push(jobId);
    const ended = this.#ended.get(jobId);
    if (ended) return Promise.resolve(ended);
    return new Promise((resolve, reject) => {
      this.#waiting.set(jobId, [...(this.#waiting.get(jobId) ?? []), resolve]);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  cancelJob(jobId: string) {
    this.cancelled.push(jobId);
  }

  end(jobId: string, job: Record<string, Json>) {
    const ended = { Id: jobId, Status: "COMPLETE", ...job } as Job;
    this.#ended.set(jobId, ended);
    for (const resolve of this.#waiting.get(jobId) ?? []) resolve(ended);
  }
}
