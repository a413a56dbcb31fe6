/** What of an outbox is spoken of. */
export interface Told {
  isUnderWay: boolean;
  /** 0 to 4. */
  quarter: number;
  failed: number;
  paused: number;
}

/** What there is to say of a change, if anything: the gravest. */
export function tell(before: Told, now: Told): "failed" | "begun" | "quarter" | "paused" | "ended" | undefined {
  if (now.failed > before.failed) return "failed";
  if (now.isUnderWay && !before.isUnderWay) return "begun";
  if (before.isUnderWay && !now.isUnderWay && now.quarter === 4) return "ended";
  if (before.isUnderWay && !now.isUnderWay && now.paused > 0) return "paused";
  if (now.isUnderWay && now.quarter > before.quarter && now.quarter < 4) return "quarter";
  return undefined;
}
