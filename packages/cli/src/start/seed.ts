import { DEMO_EVENT_ID } from "../demo.ts";
import type { Issuing, RunningCloud } from "./cloud.ts";
import { type SeededUsers, seedUsers } from "./seed-users.ts";

/** The demo event takes uploads whenever somebody tries it, however old the data directory. */
const ALWAYS = { opensAt: "2020-01-01T00:00:00.000Z", closesAt: "2120-01-01T00:00:00.000Z" };
const UPLOADS_PER_FAN = 10_000;

/** What a seeded cloud has. */
export interface Seeds {
  eventId: string;
  users: SeededUsers;
}

/**
 * Gives a local cloud its users and the demo event, which is the seeded creative's; what is there stays, and a demo
 * event that was deleted stays deleted. Users come through Cognito's API, the event through the same domain code and
 * tables as every other. Sets this process's environment as the functions have it, since the domain takes its
 * tables from there.
 */
export async function seed(cloud: Omit<RunningCloud, keyof Issuing> & Issuing): Promise<Seeds> {
  const users = await seedUsers(cloud);
  Object.assign(process.env, ...cloud.facts.functions.map(({ environment }) => environment), {
    AWS_ENDPOINT_URL: cloud.endpoints.dynamodb,
    CDN_URL: cloud.cdn,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
  });
  delete process.env.AWS_SESSION_TOKEN;
  // Imported now: its tables' names are read as it is loaded.
  const { Event } = await import("@dropclip/core/event");
  try {
    await Event.create({
      eventId: DEMO_EVENT_ID,
      creativeId: users.creative.userId,
      title: "Demo night",
      venue: "Your laptop",
      uploadsPerFan: UPLOADS_PER_FAN,
      ...ALWAYS,
    });
  } catch (error) {
    // The id is taken, by an event that was deleted.
    if ((error as { code?: unknown }).code !== "event.not_found") throw error;
  }
  return { eventId: DEMO_EVENT_ID, users };
}
