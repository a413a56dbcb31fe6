import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { DEMO_EVENT_ID } from "../demo.ts";
import { messageOf } from "../errors.ts";
import { inspect, type MediaFile } from "../files/media-file.ts";
import { clean } from "../format.ts";
import { configDirectory } from "../paths.ts";
import type { Screen } from "../progress/screen.ts";
import { fanId } from "../upload/fan.ts";
import { judge, print } from "../upload/report.ts";
import { upload } from "../upload/upload.ts";
import type { StartedCloud } from "./cloud.ts";
import { sampleFiles } from "./sample.ts";

/** Sends the user's files, or a generated clip and photo, to the demo event. What goes wrong is said, not thrown: the cloud stays up. */
export async function sendSample(context: Context, screen: Screen, cloud: StartedCloud, chosen: MediaFile[]) {
  try {
    const generated = chosen.length === 0;
    const files = generated ? inspect(await sampleFiles(join(cloud.directory, "sample"), context.signal)) : chosen;
    // A fan may send only so many uploads to an event: the generated sample, sent at every start, is always a new fan's.
    const fan = generated ? randomUUID() : fanId(configDirectory(context));
    const finished = await upload(context, screen, { api: cloud.api, eventId: DEMO_EVENT_ID, fanId: fan, files });
    print(context, finished, files, false);
    judge(finished);
  } catch (error) {
    if (!context.signal.aborted) screen.line(`dropclip: ${clean(messageOf(error))}`);
  }
}
