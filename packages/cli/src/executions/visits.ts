import type { HistoryEvent } from "@aws-sdk/client-sfn";

export type Outcome = "succeeded" | "caught" | "failed" | "timed out" | "aborted" | "running";

/** One visit of a state: what the history has between "entered" and "exited". */
export interface Visit {
  state: string;
  enteredAt: Date;
  /** Undefined while it runs, and when it ended with the execution. */
  exitedAt?: Date;
  /** Attempts of its task; 0 for a state without a task. */
  attempts: number;
  /** Error of the last failed attempt, even when a later attempt succeeded. */
  error?: string;
  cause?: string;
  outcome: Outcome;
}

interface Details {
  name?: string;
  state?: string;
  error?: string;
  cause?: string;
}

/** The event's only member with details, whatever its type. */
export function detailsOf(event: HistoryEvent): Details & Record<string, unknown> {
  const entry = Object.entries(event).find(([name, value]) => name.endsWith("EventDetails") && value);
  return (entry?.[1] as Details & Record<string, unknown>) ?? {};
}

/** Reads a history state by state, in the order of its ids. */
export function visitsOf(events: HistoryEvent[]): Visit[] {
  const visits: Visit[] = [];
  const byEvent = new Map<number, Visit>();
  const failing = new Set<Visit>();
  let end: { outcome: Outcome; details: Details } | undefined;

  for (const event of events) {
    const type = event.type ?? "";
    const details = detailsOf(event);
    let visit = byEvent.get(event.previousEventId ?? 0) ?? visits.findLast(({ exitedAt }) => !exitedAt);
    if (type.endsWith("StateEntered")) {
      visit = { state: details.name ?? "?", enteredAt: event.timestamp!, attempts: 0, outcome: "running" };
      visits.push(visit);
    } else if (type.endsWith("StateExited")) {
      visit = openVisit(visits, details.name) ?? visit;
      if (visit) leave(visit, event.timestamp!, failing.delete(visit));
    } else if (type.startsWith("Execution")) {
      end = endOf(type, details);
    } else if (visit) {
      // An EvaluationFailed event names its state; the previous event belongs to the state itself.
      if (type === "EvaluationFailed") visit = openVisit(visits, details.state) ?? visit;
      if (type.endsWith("Scheduled")) visit.attempts++;
      if (/(Failed|TimedOut)$/.test(type)) {
        failing.add(visit);
        note(visit, details);
      } else {
        failing.delete(visit);
      }
    }
    if (visit) byEvent.set(event.id!, visit);
  }
  close(visits, failing, end);
  return visits;
}

/** Iterations of a Map enter states with the same name several times: the last one still open is meant. */
function openVisit(visits: Visit[], name: string | undefined): Visit | undefined {
  return visits.findLast(({ state, exitedAt }) => state === name && !exitedAt);
}

/** A state that is left right after its task failed was left through its Catch. */
function leave(visit: Visit, at: Date, failed: boolean) {
  visit.exitedAt = at;
  visit.outcome = failed ? "caught" : "succeeded";
}

function note(visit: Visit, { error, cause }: Details) {
  if (error !== undefined) visit.error = error;
  if (cause !== undefined) visit.cause = cause;
}

function endOf(type: string, details: Details): { outcome: Outcome; details: Details } | undefined {
  const outcomes: Record<string, Outcome> = {
    ExecutionFailed: "failed",
    ExecutionTimedOut: "timed out",
    ExecutionAborted: "aborted",
    ExecutionSucceeded: "aborted",
  };
  const outcome = outcomes[type];
  return outcome && { outcome, details };
}

/** States that were never left ended with the execution; the last of them is where the execution ended. */
function close(visits: Visit[], failing: Set<Visit>, end: ReturnType<typeof endOf>) {
  const open = visits.filter(({ exitedAt }) => !exitedAt);
  for (const visit of open) {
    if (failing.has(visit)) visit.outcome = "failed";
    else if (end) visit.outcome = end.outcome;
  }
  const last = open.at(-1);
  if (last && end?.outcome === "failed" && !last.error) note(last, end.details);
}
