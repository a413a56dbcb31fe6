import { AwsError } from "../../world.ts";
import type { Operation } from "../context.ts";
import { compilePattern } from "../pattern/index.ts";

/** The envelope an event must have to be tested (API_TestEventPattern). */
const REQUIRED = ["id", "account", "source", "time", "region", "resources", "detail-type"];

export const testEventPattern: Operation = ({ world }, input, call) => {
  world.authorize(call.principal, "events:TestEventPattern", "*");
  const matches = compilePattern(readJson("EventPattern", input.EventPattern, "InvalidEventPatternException"));
  const event = readJson("Event", input.Event, "ValidationException");
  const missing = REQUIRED.find((name) => !(name in event));
  if (missing) throw notValid("Event", `${missing} is a required member`, "ValidationException");
  return { Result: matches(event) };
};

function readJson(name: string, text: unknown, code: string): Record<string, unknown> {
  try {
    const value = JSON.parse(String(text));
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    throw notValid(name, (error as Error).message, code);
  }
  throw notValid(name, "it must be a JSON object", code);
}

function notValid(name: string, reason: string, code: string): AwsError {
  const what = name === "EventPattern" ? "Event pattern" : `Parameter ${name}`;
  return new AwsError(code, `${what} is not valid. Reason: ${reason}`, 400);
}
