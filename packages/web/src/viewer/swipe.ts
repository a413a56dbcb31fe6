const ASIDE = 56;
const DOWN = 96;

/** Aside to the next or the one before, down to close; by finger or pen, and not while a photo is looked at closely. */
export function swiping({ step, close }: { step: (by: number) => void; close: () => void }) {
  return {
    onTouchStart(event: TouchEvent) {
      const [touch] = event.touches;
      const isFree = event.touches.length === 1 && !(event.target as Element).closest(".zoomed, input, button");
      start = isFree && touch ? { x: touch.clientX, y: touch.clientY } : undefined;
    },
    onTouchEnd(event: TouchEvent) {
      const [touch] = event.changedTouches;
      const [from, isPinched] = [start, (window.visualViewport?.scale ?? 1) > 1.01];
      start = undefined;
      if (!from || !touch || isPinched) return;
      const [x, y] = [touch.clientX - from.x, touch.clientY - from.y];
      const sign = document.documentElement.dir === "rtl" ? -1 : 1;
      if (Math.abs(x) > ASIDE && Math.abs(x) > 2 * Math.abs(y)) step(x < 0 ? sign : -sign);
      else if (y > DOWN && y > 2 * Math.abs(x)) close();
    },
  };
}

/** One finger moves at a time; the viewer is drawn anew in the middle of it. */
let start: { x: number; y: number } | undefined;
