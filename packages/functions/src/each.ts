/** Calls to S3 at a time, where there are many to make. */
const PARALLEL = 16;

/**
 * Does `work` for each item, several at a time. After the first failure no more are begun; it is thrown once all that
 * were begun have ended: work that outlives a Lambda function's answer would go on during its next call.
 */
export async function each<T>(
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<unknown>,
  parallel = PARALLEL,
) {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async () => {
    try {
      for (let next = await source.next(); !next.done && failures.length === 0; next = await source.next())
        await work(next.value);
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  if (failures.length > 0) throw failures[0];
}

/**
 * The same, but an error does not stop the others: `failed` is called with each, and one error for all is returned,
 * to be thrown at the end, so that Lambda tries again.
 */
export async function eachAlone<T>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<unknown>,
  parallel: number,
  failed: (item: T, error: Error) => void,
): Promise<AggregateError | undefined> {
  const failures: unknown[] = [];
  const alone = (item: T) =>
    work(item).catch((error) => {
      failed(item, error);
      failures.push(error);
    });
  await each(items, alone, parallel);
  if (failures.length === 0) return undefined;
  return new AggregateError(failures, `${failures.length} failed; the others are done.`);
}
