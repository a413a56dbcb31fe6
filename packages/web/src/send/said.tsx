import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { percent } from "../text/format.ts";
import { t } from "../text/index.ts";
import type { Outbox } from "./outbox.ts";
import { type Told, tell } from "./tell.ts";

/** Speaks of what those who see it see move: the start, each quarter, what fails, and the end. */
export function Said({ outbox }: { outbox: Outbox }) {
  const words = useSignal("");
  const before = useRef<Told>({ isUnderWay: false, quarter: 0, failed: 0, paused: 0 });
  useSignalEffect(() => {
    const { whole, gone, isUnderWay, entries, count } = outbox;
    const share = whole.value > 0 ? gone.value / whole.value : 0;
    const now: Told = {
      isUnderWay: isUnderWay.value,
      quarter: Math.floor(share * 4),
      failed: count("failed"),
      paused: count("paused"),
    };
    const told = tell(before.current, now);
    before.current = now;
    if (!told) return;
    const failed = entries.value.findLast(({ state }) => state.value === "failed")?.kept.value.name ?? "";
    words.value = {
      begun: () => t.send.said.begun(count("waiting", "sending", "retrying")),
      quarter: () => t.send.said.percent(percent(now.quarter / 4)),
      failed: () => t.send.said.failed(failed),
      paused: () => t.send.said.paused,
      ended: () => t.send.said.ended,
    }[told]();
  });
  return (
    <p class="hidden" role="status" data-said>
      {words.value}
    </p>
  );
}
