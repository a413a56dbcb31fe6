import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runtimeError } from "./errors.ts";

export type Handler = (event: unknown, context: unknown) => unknown;

/** Refused from Node.js 24 on (docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html). */
const CALLBACK_REMOVED =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
  "You need to modify this function to use a supported handler signature to use Node.js 24 or later. " +
  "For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html  .";

/** Loads `file.export` from the task root, failing with the runtime's own error types. */
export async function loadHandler(taskRoot: string, handlerString: string): Promise<Handler> {
  const dot = handlerString.lastIndexOf(".");
  const exported = handlerString.slice(dot + 1);
  const module = await load(join(taskRoot, `${handlerString.slice(0, dot)}.mjs`));
  const handler = module[exported] ?? (module.default as Record<string, unknown> | undefined)?.[exported];
  if (handler === undefined || handler === null) {
    throw runtimeError("Runtime.HandlerNotFound", `${handlerString} is undefined or not exported`);
  }
  if (typeof handler !== "function") {
    throw runtimeError("Runtime.HandlerNotFound", `${handlerString} is not a function`);
  }
  if (handler.length >= 3) throw runtimeError("Runtime.CallbackHandlerDeprecated", CALLBACK_REMOVED);
  return handler as Handler;
}

async function load(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw runtimeError("Runtime.UserCodeSyntaxError", String(error), error.stack);
    }
    if ((error as { code?: string } | undefined)?.code === "MODULE_NOT_FOUND") {
      throw runtimeError("Runtime.ImportModuleError", String(error));
    }
    throw error;
  }
}
