import * as v from "valibot";
import { Invalid } from "./errors.ts";

/** A verb of the domain: parses its input once, here, and keeps the schema for the API and the tests to read. */
export function fn<S extends v.GenericSchema, A extends unknown[], R>(
  schema: S,
  run: (input: v.InferOutput<S>, ...rest: A) => Promise<R>,
) {
  // Async, so that an input that does not parse rejects like everything else that can go wrong.
  const verb = async (input: v.InferInput<S>, ...rest: A): Promise<R> => run(parse(schema, input), ...rest);
  return Object.assign(verb, { schema });
}

/** The parsed input, or `Invalid` naming the first field that is wrong and why; the value itself is not repeated. */
export function parse<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input, { abortPipeEarly: true });
  if (result.success) return result.output;
  throw Invalid(result.issues);
}
