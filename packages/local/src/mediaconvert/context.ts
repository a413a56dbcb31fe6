import type { Role } from "@dropclip/synth/cloud";
import type { LimitFunction } from "p-limit";
import type { EventBus, ObjectFiles, RolePasser } from "../ports.ts";
import type { World } from "../world.ts";
import type { Jobs } from "./job/jobs.ts";
import type { Limits } from "./limits.ts";

/** What the operations and the job runner share. */
export interface MediaConvertContext {
  world: World;
  bus: EventBus;
  objects: ObjectFiles;
  iam: RolePasser;
  roles: Role[];
  ffmpeg: string;
  ffprobe: string;
  limits: Limits;
  /** Milliseconds between two STATUS_UPDATE events; undefined leaves the job's StatusUpdateInterval in force. */
  updateEveryMs?: number;
  jobs: Jobs;
  /** Holds back ffprobe runs beyond `limits.probes`. */
  probeSlot: LimitFunction;
}
