const PHASES = ["PROBING", "TRANSCODING", "UPLOADING"] as const;
export type Phase = (typeof PHASES)[number];

/**
 * Share of the whole a phase stands for, as AWS's example of a status update has it: 2 % of transcoding is 7 % of the
 * job.
 */
const WEIGHTS: Record<Phase, number> = { PROBING: 0.05, TRANSCODING: 0.9, UPLOADING: 0.05 };

/** How far a running job is. */
export class Phases {
  current: Phase = "PROBING";
  /** Frames encoded so far. */
  frames = 0;
  /** Progress of the current phase, 0 to 1; undefined when the input's length is unknown. */
  fraction: number | undefined = 0;

  enter(phase: Phase) {
    this.current = phase;
    this.fraction = 0;
  }

  /** Whole percent of the job, 99 at most while it runs. */
  get percent(): number | undefined {
    if (this.fraction === undefined) return undefined;
    const done = PHASES.slice(0, PHASES.indexOf(this.current)).reduce((sum, phase) => sum + WEIGHTS[phase], 0);
    return Math.min(99, Math.floor(100 * (done + WEIGHTS[this.current] * this.fraction)));
  }

  progress() {
    const at = PHASES.indexOf(this.current);
    const entries = PHASES.map((phase, index) => {
      if (index < at) return [phase, { status: "COMPLETE", percentComplete: 100 }];
      if (index > at) return [phase, { status: "PENDING", percentComplete: 0 }];
      return [phase, { status: "PROGRESSING", percentComplete: Math.floor(100 * (this.fraction ?? 0)) }];
    });
    return Object.fromEntries(entries) as Record<Phase, { status: string; percentComplete: number }>;
  }
}
