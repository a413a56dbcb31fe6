/** Runs all tasks at once. The first failure aborts the others, and is thrown once all have ended. */
export async function together(signal: AbortSignal, tasks: ((signal: AbortSignal) => Promise<void>)[]): Promise<void> {
  const controller = new AbortController();
  const joined = AbortSignal.any([signal, controller.signal]);
  await Promise.all(tasks.map((task) => task(joined).catch((error) => controller.abort(error))));
  signal.throwIfAborted();
  controller.signal.throwIfAborted();
}
