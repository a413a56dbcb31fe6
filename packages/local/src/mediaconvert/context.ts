import type { Role } from "@dropclip/synth/cloud";
import type { Iam } from "../iam/index.ts";
import type { EventBus, ObjectFiles, World } from "../world.ts";
import type { Jobs } from "./jobs.ts";
import type { Limits } from "./limits.ts";

/** What the operations and the job runner share. */
export interface Context {
  world: World;
  bus: EventBus;
  objects: ObjectFiles;
  iam: Pick<Iam, "passRole">;
  roles: Role[];
  ffmpeg: string;
  ffprobe: string;
  limits: Limits;
  /** Milliseconds between two STATUS_UPDATE events; undefined leaves the job's StatusUpdateInterval in force. */
  updateEveryMs?: number;
  jobs: Jobs;
  /** Holds back ffprobe runs beyond `limits.probes`. */
  probeSlots: Slots;
}

/** Lets so many through at a time, the others in order of arrival. */
export class Slots {
  #free: number;
  #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
