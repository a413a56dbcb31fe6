import { patientApi, type Run } from "./run.ts";

/**
 * Deletes what the run has made, however far it came: every user's events and collections, whether the run knows of
 * them or not, then the users. Safe to repeat. Returns the names of what could not be deleted.
 */
export async function cleanUp(run: Run): Promise<string[]> {
  const { accounts, made, target, clock } = run;
  const left: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      left.push(`${what} (${(error as Error).message})`);
    }
  };
  // The run's own signal is aborted already when the run was stopped.
  const { signal } = new AbortController();
  for (const { userId, groups, accessToken, email } of Object.values(made.users)) {
    if (!groups.includes("creative")) continue;
    const api = patientApi({ target, clock, signal }, accessToken);
    const remove = async (path: string) => {
      const { status, body } = await api("DELETE", path);
      if (status !== 204 && status !== 404 && !isGone(body)) throw new Error(`the API answered ${status}`);
    };
    const listed = async (path: string, plural: string, id: string): Promise<string[]> => {
      const { status, body } = await api("GET", path);
      if (isGone(body)) return [];
      if (status !== 200) throw new Error(`the API answered ${status}`);
      return body[plural].map((one: any) => one[id]);
    };
    // The lists lag a little behind; what the run knows of is deleted without waiting for them.
    const events = new Set(made.eventId ? [made.eventId] : []);
    const collections = new Set(made.collectionId ? [made.collectionId] : []);
    await attempt(`events of ${email}`, async () => {
      for (const id of await listed(`/events?creativeId=${userId}`, "events", "eventId")) events.add(id);
    });
    await attempt(`collections of ${email}`, async () => {
      for (const id of await listed("/collections", "collections", "collectionId")) collections.add(id);
    });
    for (const id of collections) await attempt(`collection ${id}`, () => remove(`/collections/${id}`));
    for (const id of events) await attempt(`event ${id}`, () => remove(`/events/${id}`));
  }
  for (const email of accounts.emails()) await attempt(`user ${email}`, () => accounts.remove(email));
  return left;
}

/** Deleting an account has deleted all its data too. */
const isGone = (body: any) => body?.code === "account.deleted";
