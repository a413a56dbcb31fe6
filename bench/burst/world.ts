import type { World } from "@dropclip/local/world";
import type { Cloud } from "@dropclip/synth/cloud";
import type { SimulatedClock } from "./clock.ts";
import type { HistoryStore } from "./store.ts";

/** A world where every call is allowed: permissions are not what limits a burst. Its errors stop the run. */
export function makeWorld({ account, region }: Cloud, clock: SimulatedClock, store: HistoryStore): World {
  let count = 0;
  return {
    account,
    region,
    clock,
    store,
    directory: "/nonexistent",
    log({ service, level, message }) {
      if (service === "states" && level === "error") throw new Error(message);
    },
    uuid: () => `00000000-0000-4000-8000-${(count++).toString(16).padStart(12, "0")}`,
    metrics: { put() {} },
    assumeRole: () => ({ accessKeyId: "", secretAccessKey: "" }),
    actAs: () => ({ accessKeyId: "", secretAccessKey: "" }),
    endpoint: () => "",
    authorize: () => undefined,
  };
}
