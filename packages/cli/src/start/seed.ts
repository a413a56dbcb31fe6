import { Database } from "@dropclip/core/database";
import { Event } from "@dropclip/core/event";
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
 * tables as every other.
 */
export async function seed(cloud: Omit<RunningCloud, keyof Issuing> & Issuing): Promise<Seeds> {
  const users = await seedUsers(cloud);
  const { region, credentials, endpoints } = cloud;
  const client = Database.clientOf({ region, credentials, endpoint: endpoints.dynamodb });
  Database.connect({ client, tables: tablesOf(cloud.facts) });
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

/** The tables' names, as the functions that use them are told. */
const tablesOf = ({ functions }: RunningCloud["facts"]) => {
  const { UPLOADS_TABLE, EVENTS_TABLE, COLLECTIONS_TABLE } = Object.assign(
    {},
    ...functions.map(({ environment }) => environment),
  );
  return { uploads: UPLOADS_TABLE, events: EVENTS_TABLE, collections: COLLECTIONS_TABLE };
};
