import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { call } from "../api/call.ts";
import { now } from "../api/clock.ts";
import { isUnreachable, Problem } from "../api/problem.ts";
import type { Event } from "../api/types.ts";
import { session, user } from "../session/session.ts";
import { announce, recordOf } from "./announce.ts";
import { type Entry, entryOf, isSame, UNDER_WAY } from "./entry.ts";
import { follow } from "./follow.ts";
import { forget, isReadable, type Kept, keepEntry, keepFile, recall, recallFile } from "./keep.ts";
import type { Sender } from "./sender.ts";
import { split } from "./split.ts";

/** Pauses before it is tried again, while nobody answers; the last one over and over. */
const PAUSES_MS = [1000, 3000, 10_000, 30_000, 60_000];
/** What S3 or the API refuses for reasons that may pass is tried so often. */
const ATTEMPTS = 4;

/**
 * What a fan sends to one event: the files that were chosen, on their way, and what became of them. It outlives the
 * page they were chosen on, and a reload of the whole.
 */
export function createOutbox(event: Event, sender: Sender) {
  const entries = signal<Entry[]>([]);
  const { eventId } = event;
  const follower = follow();
  /** Those whose announcement is under way, or has its turn soon: pausing and resuming them must not begin another. */
  const announcing = new Set<Entry>();
  /** Not taken off, and not somebody else's by now. */
  const isHere = (entry: Entry) => entries.value.includes(entry);

  function note(entry: Entry, change: Partial<Kept>) {
    entry.kept.value = { ...entry.kept.value, ...change };
    // A browser that keeps nothing still sends.
    if (isHere(entry) && entry.state.value !== "sent") keepEntry(entry.kept.value).catch(() => {});
  }

  /** What is kept for the user, or belongs to nobody yet, is taken up; what was begun goes on. */
  async function takeUp(userId: string | undefined) {
    const known = await recall(eventId).catch(() => []);
    // Somebody else has come meanwhile.
    if (user.value !== userId) return;
    const there = new Set(entries.value.map(({ kept }) => kept.value.id));
    const more = known.filter(({ id, owner }) => !there.has(id) && (owner ?? userId) === userId);
    const stored = more.map(({ file, ...kept }) => entryOf(kept, file, Promise.resolve(file !== undefined)));
    entries.value = [...stored, ...entries.value];
    if (!session.value) return;
    for (const entry of entries.value) if (!entry.kept.value.owner) note(entry, { owner: userId });
    void begin(stored.filter(({ kept, state }) => kept.value.isStarted && state.value === "ready"));
  }

  /** On a browser that several use, nobody sees or sends what somebody else chose: it waits until they are back. */
  function putAway(userId: string | undefined) {
    const others = entries.value.filter(({ kept }) => (kept.value.owner ?? userId) !== userId);
    entries.value = entries.value.filter((entry) => !others.includes(entry));
    for (const entry of others) {
      entry.timer = undefined;
      entry.sending?.leave();
      if (entry.preview) URL.revokeObjectURL(entry.preview);
    }
  }

  const restored = new Promise<void>((resolve) => {
    effect(() => {
      const userId = user.value;
      queueMicrotask(() => takeUp(userId).then(resolve));
      untracked(() => putAway(userId));
    });
  });

  /** Takes chosen files in; those that are there already come back. One that was lost takes its place, and goes on. */
  function add(files: File[]): File[] {
    const fresh: Entry[] = [];
    const found: Entry[] = [];
    const twice = files.filter((file) => {
      const same = [...entries.value, ...fresh].find(({ kept }) => isSame(kept.value, file));
      if (!same) fresh.push(enter(file));
      if (same?.state.value !== "lost") return same !== undefined;
      same.file.value = file;
      same.preview = URL.createObjectURL(file);
      same.state.value = "ready";
      found.push(same);
      return false;
    });
    if (fresh.length > 0) entries.value = [...entries.value, ...fresh];
    if (session.value) void begin(found.filter(({ kept }) => kept.value.isStarted));
    return twice;
  }

  function enter(file: File): Entry {
    const { name, type, size: bytes, lastModified: modifiedAt } = file;
    const id = crypto.randomUUID();
    const is = { isStarted: false, isPaused: false };
    const kept = { id, eventId, owner: session.value?.userId, name, type, bytes, modifiedAt, addedAt: now(), ...is };
    const stored = keepEntry(kept)
      .then(() => keepFile(id, file))
      .catch(() => false);
    return entryOf(kept, file, stored);
  }

  /** Sends all that is ready. */
  const start = () => begin(entries.value.filter(({ state }) => state.value === "ready" || state.value === "failed"));

  async function begin(chosen: Entry[]) {
    batch(() => {
      for (const entry of chosen) {
        entry.timer = undefined;
        entry.state.value = "waiting";
        entry.error.value = undefined;
        note(entry, { isStarted: true, isPaused: false, owner: session.value?.userId ?? entry.kept.value.owner });
      }
    });
    // Those that were announced go on by themselves; the others are announced together.
    const announced = chosen.filter(
      ({ kept }) => kept.value.transfer?.fanId === session.value?.userId && kept.value.transfer,
    );
    const fresh = chosen.filter((entry) => !announced.includes(entry) && !announcing.has(entry));
    for (const entry of fresh) announcing.add(entry);
    void Promise.all(announced.map(goOn));
    for (const group of groupsOf(fresh)) await announceGroup(group);
  }

  /** Those whose announcement was begun before stay together: it is repeated as it was. */
  function groupsOf(fresh: Entry[]): Entry[][] {
    const begun = Object.values(Object.groupBy(fresh, ({ kept }) => kept.value.announcement ?? ""));
    return begun.flatMap((group = []) =>
      group[0]?.kept.value.announcement ? [group] : split(group, ({ isVideo }) => isVideo),
    );
  }

  async function announceGroup(all: Entry[]) {
    for (const entry of all) announcing.add(entry);
    await announceHere(all.filter(isHere));
    for (const entry of all) announcing.delete(entry);
  }

  async function announceHere(group: Entry[]) {
    if (group.length === 0) return;
    const key = group[0]!.kept.value.announcement ?? crypto.randomUUID();
    for (const entry of group) note(entry, { announcement: key });
    try {
      const transfers = await announce(
        eventId,
        group.map(({ kept }) => kept.value),
        key,
      );
      group.forEach((entry, index) => {
        note(entry, { transfer: transfers[index], announcement: undefined });
        if (isHere(entry) && entry.state.value === "waiting") send(entry);
      });
    } catch (error) {
      // What was refused is announced anew; what got no answer is asked again.
      if (!isUnreachable(error)) for (const entry of group) note(entry, { announcement: undefined });
      const isOther = error instanceof Problem && error.code === "request.idempotency_mismatch";
      if (isUnreachable(error)) later(group);
      // It had arrived with more files, of which some were taken off or paused before it was repeated.
      else if (isOther) await announceHere(group.filter(isHere));
      else for (const entry of group) fail(entry, error);
    }
  }

  /** Goes on with a file that was announced: it may have arrived without our being told. */
  async function goOn(entry: Entry) {
    try {
      const record = await recordOf(entry.kept.value.transfer!);
      if (!isHere(entry) || entry.state.value !== "waiting") return;
      if (!record) {
        note(entry, { transfer: undefined });
        await announceGroup([entry]);
      } else if (record.status === "deleted") {
        // The fan took it back on another page, or the creative did: it is sent again only when the fan says so.
        note(entry, { transfer: undefined, isStarted: false });
        entry.gone.value = 0;
        fail(entry, new Problem(410, { code: "upload.deleted" }));
      } else if (record.status === "pending") send(entry);
      else arrived(entry);
    } catch (error) {
      failed(entry, error);
    }
  }

  function send(entry: Entry) {
    const { id, name, type, transfer } = entry.kept.value;
    entry.state.value = "sending";
    entry.sending = sender.send(
      { id, name, type, file: entry.file.value!, transfer: transfer! },
      {
        progress(bytes) {
          entry.gone.value = bytes;
        },
        sent: () => arrived(entry),
        failed: (error) => failed(entry, error),
      },
    );
  }

  function arrived(entry: Entry) {
    entry.sending = undefined;
    entry.gone.value = entry.kept.value.bytes;
    entry.state.value = "sent";
    forget(entry.kept.value.id).catch(() => {});
    follower.add(entry);
  }

  function failed(entry: Entry, error: unknown) {
    entry.sending = undefined;
    if (!isHere(entry)) return;
    const code = error instanceof Problem ? error.code : "";
    if (code === "media.arrived") return arrived(entry);
    if (code === "media.not_pending") {
      // It has arrived, or was deleted, or its time is over: the record tells.
      entry.state.value = "waiting";
      return void goOn(entry);
    }
    const mayPass = isUnreachable(error);
    const isFinal = error instanceof Problem && !mayPass && error.status !== 409 && code !== "upload.expired";
    if (isFinal) return fail(entry, error);
    if (!mayPass && navigator.onLine && ++entry.attempts >= ATTEMPTS) return fail(entry, error);
    void findAgain(entry).then(() => later([entry]));
  }

  /** A file that was moved, changed or deleted since it was chosen fails like a line that is dead. */
  async function findAgain(entry: Entry) {
    const { file, state, kept } = entry;
    state.value = "retrying";
    if (!file.value || (await isReadable(file.value))) return;
    const copy = await recallFile(kept.value.id).catch(() => undefined);
    // What a private window keeps is no copy, but the place of the file.
    file.value = copy && (await isReadable(copy)) ? copy : undefined;
    if (!file.value && state.value === "retrying") state.value = "lost";
  }

  function fail(entry: Entry, error: unknown) {
    entry.attempts = 0;
    entry.error.value = error;
    const isSignedOut = error instanceof Problem && error.status === 401 && !session.value;
    entry.state.value = isSignedOut ? "ready" : "failed";
    if (!isSignedOut) return;
    // It goes on once they have signed in again, here or in another tab.
    onceSignedIn(() => {
      if (isHere(entry) && entry.state.value === "ready") void begin([entry]);
    });
  }

  /** Tries again in a while, or as soon as the browser is online. */
  function later(all: Entry[]) {
    const group = all.filter((entry) => isHere(entry) && !["lost", "paused"].includes(entry.state.value));
    if (group.length === 0) return;
    for (const entry of group) entry.state.value = "retrying";
    const pause = PAUSES_MS[Math.min(group[0]!.attempts++, PAUSES_MS.length - 1)]!;
    // All of them wait for the one timer, as long as nothing else was begun with them.
    const timer = window.setTimeout(() => again(group.filter((entry) => entry.timer === timer)), pause);
    for (const entry of group) entry.timer = timer;
  }
  const again = (group: Entry[]) => void begin(group.filter(({ state }) => state.value === "retrying"));
  addEventListener("online", () => {
    for (const entry of entries.value) entry.attempts = 0;
    again(entries.value);
  });

  function pause(entry: Entry) {
    if (!UNDER_WAY.includes(entry.state.value)) return;
    entry.timer = undefined;
    entry.sending?.pause();
    entry.state.value = "paused";
    note(entry, { isPaused: true });
  }

  /** Goes on with those that are paused; those that are still to be announced are announced together. */
  function resume(all: Entry[]) {
    const paused = all.filter(({ state }) => state.value === "paused");
    void begin(paused.filter(({ sending }) => !sending));
    for (const entry of paused) {
      if (!entry.sending) continue;
      note(entry, { isPaused: false });
      entry.state.value = "sending";
      entry.sending.resume();
    }
  }

  /** Takes a file off the list; one that is on its way is given up, and S3 gives back what it has of it. */
  function remove(entry: Entry) {
    entry.timer = undefined;
    entry.sending?.cancel();
    entries.value = entries.value.filter((one) => one !== entry);
    if (entry.preview) URL.revokeObjectURL(entry.preview);
    forget(entry.kept.value.id).catch(() => {});
    const { transfer } = entry.kept.value;
    const isShared = entries.value.some(({ kept }) => kept.value.transfer?.uploadId === transfer?.uploadId);
    if (!transfer || isShared || entry.state.value === "sent") return;
    // Nothing of this upload is wanted: then it need not count among the fan's.
    call("delete", "/uploads/{uploadId}", { path: { uploadId: transfer.uploadId } }).catch(() => {});
  }

  const count = (...states: Entry["state"]["value"][]) =>
    entries.value.filter(({ state }) => states.includes(state.value)).length;
  const isUnderWay = computed(() => count(...UNDER_WAY) > 0);
  const begun = computed(() =>
    entries.value.filter(({ kept, state }) => kept.value.isStarted && state.value !== "lost"),
  );
  const whole = computed(() => begun.value.reduce((sum, { kept }) => sum + kept.value.bytes, 0));
  const gone = computed(() => begun.value.reduce((sum, { gone }) => sum + gone.value, 0));

  /** All files are kept by the browser, or cannot be: whether the page may be left without losing one. */
  const stored = async () => (await Promise.all(entries.value.map((one) => one.stored))).every(Boolean);
  /** Some that are still to be sent would be lost with the page. */
  const isBound = computed(() =>
    entries.value.some(({ isStored, file, state }) => isStored.value === false && file.value && state.value !== "sent"),
  );

  /** Once somebody signs in, all that was to be sent is. */
  const startOnceSignedIn = () => onceSignedIn(() => void start());
  function onceSignedIn(act: () => void) {
    const stop = effect(() => {
      if (!session.value) return;
      queueMicrotask(() => {
        stop();
        act();
      });
    });
  }

  const acts = { add, start, pause, resume, remove, retry: (entry: Entry) => begin([entry]), startOnceSignedIn };
  return { event, entries, count, isUnderWay, whole, gone, stored, isBound, restored, ...acts };
}
export type Outbox = ReturnType<typeof createOutbox>;
