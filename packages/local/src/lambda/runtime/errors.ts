/** An error of the runtime itself; its name is the `errorType` callers match on. */
export function runtimeError(name: string, message: string, stack?: string): Error {
  const error = new Error(message);
  error.name = name;
  if (stack) error.stack = stack;
  return error;
}

/** `{errorType, errorMessage, trace}` as the Node.js runtime reports what a handler threw, which may be anything. */
export function describe(error: unknown): string {
  try {
    if (!(error instanceof Error)) {
      return JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] });
    }
    return JSON.stringify({
      errorType: error.name,
      errorMessage: error.message,
      trace: error.stack?.split("\n") ?? [],
    });
  } catch {
    return JSON.stringify({
      errorType: "handled",
      errorMessage: "the error's own name, message or stack could not be read",
      trace: [],
    });
  }
}

/** The error with all its own properties, as the log shows it. */
export function detail(error: unknown): string {
  try {
    const text = JSON.stringify(error, (_key, value) =>
      value instanceof Error
        ? {
            errorType: value.name,
            errorMessage: value.message,
            ...value,
            stack: value.stack?.split("\n"),
          }
        : value,
    );
    return text ?? describe(error);
  } catch {
    return describe(error);
  }
}
