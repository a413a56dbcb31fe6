/** So long a page that asked has to answer. */
const PATIENCE_MS = 10_000;

/**
 * Signing in beside a page, where the browser keeps nothing for the page that is come back to: that one tells by which
 * address it was called, and the page that asked knows what it takes to go on. `accept` is the asking page's part.
 */
export function beside(state: string, accept?: (address: string) => Promise<unknown>): Promise<void> {
  const channel = new BroadcastChannel(`sign-in:${state}`);
  return new Promise((resolve, reject) => {
    if (!accept) {
      const end = () => reject(new Error("This sign-in was not begun here."));
      setTimeout(end, PATIENCE_MS);
      channel.postMessage({ address: location.href });
    }
    channel.onmessage = async ({ data }: MessageEvent<{ address?: string; isDone?: boolean }>) => {
      if (data.isDone === true) return resolve();
      if (data.isDone === false) return reject(new Error("Signing in did not work."));
      const isDone = await accept!(data.address!).then(
        () => true,
        () => false,
      );
      channel.postMessage({ isDone });
      channel.close();
      resolve();
    };
  });
}
