/** Does what one tab at a time may do. A browser that keeps nothing has no locks, and shares nothing between tabs. */
export async function alone<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await navigator.locks.request(name, act);
  } catch (error) {
    if ((error as Error).name === "SecurityError") return act();
    throw error;
  }
}
