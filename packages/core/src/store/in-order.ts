/**
 * The results of what is asked at the same time. Where several fail it is the first of them in this order that is
 * thrown, not the one that failed first: the same request gets the same answer each time.
 */
export async function inOrder<T extends unknown[]>(asked: readonly [...{ [K in keyof T]: Promise<T[K]> }]): Promise<T> {
  const results = await Promise.allSettled(asked);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }) as T;
}
