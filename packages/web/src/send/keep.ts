import { now } from "../api/clock.ts";
import type { Transfer } from "./sender.ts";

/** What is known of a chosen file, and outlives the page. */
export interface Kept {
  id: string;
  eventId: string;
  /** The user who sends it; nobody's before anybody has signed in. */
  owner?: string | undefined;
  name: string;
  type: string;
  bytes: number;
  modifiedAt: number;
  /** By the API's clock, milliseconds since 1970. */
  addedAt: number;
  /** The fan has said to send it. */
  isStarted: boolean;
  isPaused: boolean;
  /** The same each time the upload is announced: an answer that was lost is given again. */
  announcement?: string | undefined;
  transfer?: Transfer | undefined;
}

const NAME = "outbox";
const [ENTRIES, FILES] = ["entries", "files"] as const;
/** What was not sent by then never will be: its upload has expired. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** A larger file takes longer to keep than a fan waits. */
export const FILE_BYTES = 1024 ** 3;

const done = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opened: Promise<IDBDatabase> | undefined;
function database() {
  opened ??= (async () => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const name of [ENTRIES, FILES]) request.result.createObjectStore(name);
    };
    return done(request);
  })();
  return opened;
}
const read = async (name: string) => (await database()).transaction(name).objectStore(name);

/** Only what is committed is kept: a file for which there is no room is refused as late as then. */
async function write(name: string, act: (store: IDBObjectStore) => void) {
  const transaction = (await database()).transaction(name, "readwrite");
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    act(transaction.objectStore(name));
  });
}

/** Keeps what is known of a file. Where the browser keeps nothing, this page is all there is. */
export const keepEntry = (entry: Kept) => write(ENTRIES, (store) => store.put(entry, entry.id));

/** Keeps the file itself; whether there was room. */
export async function keepFile(id: string, file: Blob): Promise<boolean> {
  // What a browser does not tell is tried.
  const { quota = Number.POSITIVE_INFINITY, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  if (file.size > FILE_BYTES || file.size > quota - usage) return false;
  return write(FILES, (store) => store.put(file, id)).then(
    () => true,
    () => false,
  );
}

/** The file as it was kept; undefined where it was not. */
export const recallFile = async (id: string): Promise<Blob | undefined> => done((await read(FILES)).get(id));

/** Whether the file that was chosen is still as it was then. */
export const isReadable = (file: Blob) =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );

export async function forget(id: string) {
  for (const name of [ENTRIES, FILES]) await write(name, (store) => store.delete(id));
}

/**
 * What was chosen for an event and not sent yet, in the order it was chosen, each with its file where that was kept.
 */
export async function recall(eventId: string): Promise<(Kept & { file: Blob | undefined })[]> {
  const all: Kept[] = await done((await read(ENTRIES)).getAll());
  const old = all.filter(({ addedAt }) => addedAt + KEPT_MS < now());
  for (const { id } of old) await forget(id);
  const wanted = all
    .filter((one) => one.eventId === eventId && !old.includes(one))
    .sort((a, b) => a.addedAt - b.addedAt);
  return Promise.all(wanted.map(async (one) => ({ ...one, file: await recallFile(one.id) })));
}
