import { join } from "node:path";
import type { Context } from "../context.ts";
import { DEMO_EVENT_ID, seededUser } from "../demo.ts";
import { messageOf } from "../errors.ts";
import { inspect, type MediaFile } from "../files/media-file.ts";
import { clean } from "../format.ts";
import { findAuthority } from "../identity/authority.ts";
import { seededSession } from "../identity/session.ts";
import { patienceOf } from "../net/patience.ts";
import type { Screen } from "../progress/screen.ts";
import { judge, print } from "../upload/report.ts";
import { upload } from "../upload/upload.ts";
import { sampleFiles } from "./sample.ts";
import type { StartedCloud } from "./started.ts";

/**
 * Sends the user's files, or a generated clip and photo, to the demo event as the seeded fan. Failures are printed, not
 * thrown: the cloud keeps running.
 */
export async function sendSample(context: Context, screen: Screen, cloud: StartedCloud, chosen: MediaFile[]) {
  try {
    const generated = chosen.length === 0;
    const files = generated ? inspect(await sampleFiles(join(cloud.directory, "sample"), context.signal)) : chosen;
    const patience = patienceOf(context, screen);
    const authority = await findAuthority(cloud, patience);
    // Not as the user who has signed in on this machine: it may be a creative, who must not upload there.
    const session = await seededSession(cloud, authority, patience, seededUser("fan")!.email);
    const finished = await upload(context, screen, { api: cloud.api, eventId: DEMO_EVENT_ID, session, files });
    print(context, finished, files, false);
    judge(finished);
  } catch (error) {
    if (!context.signal.aborted) screen.line(`dropclip: ${clean(messageOf(error))}`);
  }
}
