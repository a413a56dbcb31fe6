import { DEMO_CREATIVE_ID, DEMO_EVENT_ID } from "../demo.ts";
import type { RunningCloud } from "./cloud.ts";

/** The demo event takes uploads whenever somebody tries it, however old the data directory. */
const ALWAYS = { opensAt: "2020-01-01T00:00:00.000Z", closesAt: "2120-01-01T00:00:00.000Z" };
const UPLOADS_PER_FAN = 10_000;

/**
 * Gives a local cloud the demo event, through the same domain code and tables as everything else; one that is there
 * stays. Sets this process's environment as the API's function has it, since the domain takes its tables from there.
 */
export async function seed(cloud: RunningCloud): Promise<void> {
  const api = cloud.facts.functions.find(({ environment }) => environment.CDN_URL);
  Object.assign(process.env, api?.environment, {
    AWS_ENDPOINT_URL: cloud.endpoints.dynamodb,
    CDN_URL: cloud.cdn,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
  });
  delete process.env.AWS_SESSION_TOKEN;
  // Imported now: its tables' names are read as it is loaded.
  const { Event } = await import("@dropclip/core/event");
  await Event.create({
    eventId: DEMO_EVENT_ID,
    creativeId: DEMO_CREATIVE_ID,
    title: "Demo night",
    venue: "Your laptop",
    uploadsPerFan: UPLOADS_PER_FAN,
    ...ALWAYS,
  });
}
