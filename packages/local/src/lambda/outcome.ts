import type { Outcome } from "./process.ts";

/** What a caller gets: the payload, and whether it is an error. */
export interface Answer {
  payload: string;
  failed: boolean;
  /** For the REPORT line. */
  status?: "error" | "timeout";
  errorType?: string;
}

/** Lambda's answer to how an invocation ended. */
export function answer(outcome: Outcome, requestId: string, timeoutSeconds: number): Answer {
  if (outcome.kind === "result") return { payload: outcome.payload, failed: false };
  if (outcome.kind === "error") return { payload: outcome.payload, failed: true };
  const says = (text: string) => `RequestId: ${requestId} Error: ${text}`;
  if (outcome.kind === "killed") {
    const late = says(`Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
    return { ...failure("Sandbox.Timedout", late), status: "timeout", errorType: undefined };
  }
  if (outcome.kind === "memory") {
    return { ...failure("Runtime.OutOfMemory", says("Runtime exited with error: signal: killed")), status: "error" };
  }
  return { ...failure("Runtime.ExitError", says(exitMessage(outcome))), status: "error" };
}

function exitMessage({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): string {
  if (signal) return `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal.toLowerCase()}`;
  if (code) return `Runtime exited with error: exit status ${code}`;
  return "Runtime exited without providing a reason";
}

/** Signals in the words of the supervisor, which is written in Go. */
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: "aborted",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGBUS: "bus error",
  SIGILL: "illegal instruction",
};

function failure(errorType: string, errorMessage: string): Answer {
  return { payload: JSON.stringify({ errorType, errorMessage }), failed: true, errorType };
}
