import { StorageError } from "../../disk/fault.ts";
import type { MediaConvertContext } from "../context.ts";
import { publish, statusUpdate } from "./events.ts";
import type { Job } from "./jobs.ts";
import type { Phases } from "./phases.ts";

/** MediaConvert's default: once a minute. */
const DEFAULT_INTERVAL = "SECONDS_60";

/**
 * Publishes STATUS_UPDATE now and at every interval until `signal` aborts. AWS sends the first after about a minute;
 * here it marks the start of transcoding, since most clips are done by then.
 */
export function sendUpdates(context: MediaConvertContext, job: Job, phases: Phases, signal: AbortSignal) {
  const { world, jobs } = context;
  const everyMs =
    context.updateEveryMs ?? 1000 * Number((job.StatusUpdateInterval ?? DEFAULT_INTERVAL).replace("SECONDS_", ""));
  const send = () =>
    world.store.transaction(() => {
      job.JobPercentComplete = phases.percent;
      if (!jobs.save(job)) return;
      publish(context, job, "STATUS_UPDATE", statusUpdate(phases, job.RetryCount ?? 0));
    });
  send();
  const next = () => {
    world.clock.sleep(everyMs, signal).then(
      () => {
        // The sleep may have ended in the turn in which the job did.
        if (signal.aborted) return;
        try {
          send();
        } catch (error) {
          // An update that finds no room is left out: the next one says more.
          if (!(error instanceof StorageError)) throw error;
        }
        next();
      },
      () => {},
    );
  };
  next();
}
