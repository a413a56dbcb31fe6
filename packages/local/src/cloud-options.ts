import type { Cloud } from "@dropclip/synth/cloud";
import type { Clock } from "./clock.ts";
import type { Quotas } from "./cognito/quotas.ts";
import type { DiskOptions } from "./disk/disk.ts";
import type { Trouble } from "./gate/trouble.ts";
import type { LogEntry } from "./world.ts";

export interface CloudOptions {
  /** The repository, against which the graph names its handlers. */
  root: string;
  graphFile: string;
  /** Where the data is kept. */
  directory: string;
  /** Port of the API; the CDN, the AWS endpoint, the user pool and the pages use the next four. 0 picks free ones. */
  port?: number;
  /**
   * Folder of built functions that several clouds share; `DROPCLIP_BUILDS` when not given, else each builds for itself.
   */
  builds?: string;
  /** Empties the data directory first. */
  fresh?: boolean;
  log: (entry: LogEntry) => void;
  clock?: Clock;
  /** Changes the infrastructure before it is started; tests show with it that behaviour follows from the graph. */
  adjust?: (cloud: Cloud) => Cloud;
  /** Milliseconds between two progress events of MediaConvert; AWS's shortest interval is ten seconds. */
  progressMs?: number;
  /** How long an invalidation of the edge is in progress; five seconds when left out. */
  invalidationMs?: number;
  /** How many sign-ins and sign-ups a second the user pools let in; AWS's quotas when left out. */
  cognitoQuotas?: Partial<Quotas>;
  /** How many functions may run at once; AWS's quota of 1,000 when left out. */
  lambdaConcurrency?: number;
  /** How many jobs MediaConvert works on at once. With 0 it takes jobs and never begins them. */
  mediaConvertJobs?: number;
  /** How long the edge's access logs gather before they are delivered; a minute when left out. */
  logDeliveryMs?: number;
  /** Makes services slow or lets them fail, as on a bad day of AWS; none when left out. */
  trouble?: Trouble;
  /** How the room on the disk is read and how much of it is kept in reserve; tests fill a disk with them. */
  disk?: Pick<DiskOptions, "space" | "reserve">;
}
