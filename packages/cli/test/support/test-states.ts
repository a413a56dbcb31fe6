import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Recorded {
  execution: { name: string; executionArn: string; status: string };
  events: object[];
}

/** AWS's error answer instead of the operation. */
interface Refusal {
  type: string;
  message: string;
}

/** Executions of the ingest machine, as Step Functions returns them: times in seconds, newest first. */
export const recorded: { machine: string; executions: Recorded[] } = JSON.parse(
  readFileSync(new URL("../fixtures/executions.json", import.meta.url), "utf8"),
);

/** Step Functions' read operations for the recorded executions, or others, in pages of two; and their redrive. */
export class TestStates {
  /** Newest first. */
  executions: Recorded[] = recorded.executions;
  /** ARNs of executions that were redriven. */
  readonly redriven: string[] = [];
  /** Called before every operation. */
  refuse: (operation: string, input: Record<string, string>) => Refusal | undefined = () => undefined;
  readonly calls: string[] = [];
  /** Names of other machines: all have the recorded executions. */
  readonly machines: string[] = [];
  /** Machines whose executions were listed, by name. */
  readonly listed: string[] = [];
  /** Access keys that are accepted. */
  readonly operators = ["operator"];
  #server: Server | undefined;

  async start(): Promise<string> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const operation = String(request.headers["x-amz-target"]).replace("AWSStepFunctions.", "");
      this.calls.push(operation);
      const { authorization = "" } = request.headers;
      const signed = this.operators.some((key) => authorization.includes(`Credential=${key}/`));
      const answer = signed ? this.#answer(operation, JSON.parse(Buffer.concat(chunks).toString())) : undefined;
      response.writeHead(answer && !("__type" in answer) ? 200 : 400, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify(answer ?? { __type: "AccessDeniedException", message: "not signed" }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #answer(operation: string, input: Record<string, string>): object | undefined {
    const refusal = this.refuse(operation, input);
    if (refusal) return { __type: refusal.type, message: refusal.message };
    if (operation === "ListExecutions") this.listed.push(input.stateMachineArn!.split(":").at(-1)!);
    if (operation === "RedriveExecution") {
      this.redriven.push(input.executionArn!);
      return { redriveDate: 1767323345 };
    }
    if (operation !== "ListStateMachines") return answerTo(this.executions, operation, input);
    const arns = [recorded.machine, ...this.machines.map((name) => recorded.machine.replace(/[^:]+$/, name))];
    return {
      stateMachines: arns.map((arn) => ({ stateMachineArn: arn, name: arn.split(":").at(-1), type: "STANDARD" })),
    };
  }

  async stop() {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

function answerTo(executions: Recorded[], operation: string, input: Record<string, string>): object | undefined {
  const found = executions.find(({ execution }) => execution.executionArn === input.executionArn);
  switch (operation) {
    case "ListExecutions": {
      const fitting = executions.filter(
        ({ execution }) => !input.statusFilter || execution.status === input.statusFilter,
      );
      return page(
        fitting.map(({ execution }) => execution),
        "executions",
        input.nextToken,
      );
    }
    case "DescribeExecution":
      return (
        found?.execution ?? {
          __type: "ExecutionDoesNotExist",
          message: `Execution Does Not Exist: '${input.executionArn}'`,
        }
      );
    case "GetExecutionHistory":
      return found && page(found.events, "events", input.nextToken);
    default:
      return undefined;
  }
}

function page(items: object[], name: string, token = "0") {
  const from = Number(token);
  const more = from + 2 < items.length ? { nextToken: String(from + 2) } : {};
  return { [name]: items.slice(from, from + 2), ...more };
}
