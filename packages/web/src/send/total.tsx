import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { bytes, duration, percent } from "../text/format.ts";
import { t } from "../text/index.ts";
import { Icon } from "../ui/icons.tsx";
import { Progress } from "../ui/progress.tsx";
import { createMeter } from "./meter.ts";
import type { Outbox } from "./outbox.ts";

const LOOK_MS = 500;

/** All files together: how much is sent, how fast, and how long the rest takes. */
export function Total({ outbox }: { outbox: Outbox }) {
  const speed = useSpeed(outbox);
  const isOnline = useOnline();
  const { whole, gone, isUnderWay } = outbox;
  const paused = outbox.count("paused");
  const sent = outbox.count("sent");
  const isDone = sent > 0 && sent === outbox.entries.value.length;
  if (isDone) return <p class="message done">{t.send.done}</p>;
  if (whole.value === 0 || (!isUnderWay.value && paused === 0)) return null;
  const share = gone.value / whole.value;
  const left = speed ? (whole.value - gone.value) / speed : undefined;
  const pauseAll = () => outbox.entries.value.forEach(outbox.pause);
  const resumeAll = () => outbox.resume(outbox.entries.value);
  const facts = [
    t.send.of(bytes(gone.value), bytes(whole.value)),
    ...(speed && isUnderWay.value ? [t.send.speed(bytes(speed))] : []),
    ...(left !== undefined && isUnderWay.value ? [t.send.left(duration(left * 1000))] : []),
  ];
  return (
    <section class="total card" aria-label={t.send.all}>
      <div class="row">
        <strong class="share">{percent(Math.floor(share * 100) / 100)}</strong>
        <span class="soft">{facts.join(" · ")}</span>
        <button type="button" class="button plain" onClick={isUnderWay.value ? pauseAll : resumeAll}>
          <Icon name={isUnderWay.value ? "pause" : "play"} />
          {isUnderWay.value ? t.send.pauseAll : t.send.resumeAll}
        </button>
      </div>
      <Progress share={share} label={t.send.all} />
      <p class="soft">{isOnline ? t.send.staysAwake : t.send.offline}</p>
    </section>
  );
}

function useSpeed({ gone, isUnderWay }: Outbox) {
  const meter = useMemo(createMeter, []);
  const speed = useSignal<number | undefined>(undefined);
  useEffect(() => {
    const timer = setInterval(() => {
      if (isUnderWay.value) meter.note(gone.value, performance.now());
      else meter.rest();
      speed.value = meter.speed();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return speed.value;
}

function useOnline() {
  const isOnline = useSignal(navigator.onLine);
  useEffect(() => {
    const look = () => {
      isOnline.value = navigator.onLine;
    };
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return isOnline.value;
}
