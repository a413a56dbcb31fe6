import { effect, type ReadonlySignal } from "@preact/signals";
import { underWay } from "../ui/under-way.ts";
import type { Outbox } from "./outbox.ts";

let isWatching = false;

/** While bytes are under way the screen stays awake, other pages say so, and closing the tab is asked about. */
export function watchLeaving(outboxes: ReadonlySignal<Outbox[]>) {
  if (isWatching) return;
  isWatching = true;
  const sending = () => outboxes.value.filter(({ isUnderWay }) => isUnderWay.value);
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  effect(() => {
    const [first] = sending();
    if (first) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
    void awake(Boolean(first));
  });
  effect(() => {
    const [first] = sending();
    const share = first && first.whole.value > 0 ? first.gone.value / first.whole.value : 0;
    underWay.value = first && { href: `/e/${first.event.eventId}/send`, percent: Math.floor(share * 100) };
  });
  // A screen that was off for a while, or another tab, takes the lock away.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && sending().length > 0) void awake(true);
  });
}

let lock: Promise<WakeLockSentinel | undefined> | undefined;
async function awake(isWanted: boolean) {
  const before = lock;
  // Not every browser can, and none need.
  lock = isWanted ? navigator.wakeLock?.request("screen").catch(() => undefined) : undefined;
  await (await before)?.release();
}
