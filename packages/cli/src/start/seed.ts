import { tablesIn } from "@dropclip/core/config";
import { Database } from "@dropclip/core/database";
import { Event } from "@dropclip/core/event";
import { DEMO_EVENT_ID } from "../demo.ts";
import { type SeededUsers, seedUsers } from "./seed-users.ts";
import type { Issuing, RunningCloud } from "./started.ts";

/** The demo event is always open for uploads, however old the data directory is. */
const ALWAYS = { opensAt: "2020-01-01T00:00:00.000Z", closesAt: "2120-01-01T00:00:00.000Z" };
const UPLOADS_PER_FAN = 10_000;

/** The contents of a seeded cloud. */
export interface Seeds {
  eventId: string;
  users: SeededUsers;
}

/**
 * Gives a local cloud its users and the demo event, which belongs to the seeded creative. What exists stays as it is,
 * and a deleted demo event stays deleted. Users are made through Cognito's API, the event through the same domain code
 * and tables as every other event.
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
    // The id belongs to an event that was deleted.
    if ((error as { code?: unknown }).code !== "event.not_found") throw error;
  }
  return { eventId: DEMO_EVENT_ID, users };
}

/** The tables' names, from the environment of the functions that use them. */
const tablesOf = ({ functions }: RunningCloud["facts"]) =>
  tablesIn(Object.assign({}, ...functions.map(({ environment }) => environment)));
