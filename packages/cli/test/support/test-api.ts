import { randomUUID } from "node:crypto";
import { type Answer, json, nothing, page, problem } from "./answers.ts";
import type { TestUser } from "./test-identity.ts";

type Body = Record<string, any>;

interface Picture {
  served?: { url: string; version: string };
  offer?: { version: string; status: string; reason?: { code: string; message: string } };
}

export interface TestEvent extends Body {
  eventId: string;
  creativeId: string;
  title: string;
}

interface TestCollection {
  collectionId: string;
  creativeId: string;
  title: string;
  description?: string;
  createdAt: string;
  updatedAt: string;
  media: { uploadId: string; mediaId: string }[];
}

const MB = 1024 * 1024;
const AT = "2026-01-02T03:04:05.000Z";

/** One call of the API that the gateway has let through. */
export interface ApiCall {
  method: string;
  path: string[];
  query: URLSearchParams;
  body: Body;
  key: string | undefined;
  user: TestUser | undefined;
}

/** The API's events, collections and profiles. */
export class TestApi {
  base = "";
  readonly events = new Map<string, TestEvent>();
  readonly #deleted = new Set<string>();
  readonly collections = new Map<string, TestCollection>();
  /** By `flyer/{eventId}` and `picture/{userId}`. */
  readonly pictures = new Map<string, Picture>();
  /** Media of all galleries, newest first. */
  published: { eventId: string; uploadId: string; mediaId: string; contentType: string }[] = [];
  /** Reports of all events, newest first. */
  reports: (Body & { reportId: string; eventId: string })[] = [];
  /** What waits for the creatives of all events, the longest waiting first; and what was said to fans of the rest. */
  waiting: { eventId: string; uploadId: string; mediaId: string }[] = [];
  refusals: (string | undefined)[] = [];
  /** Views of an event: all together and day by day; and its media, most watched first. */
  views: { event: Body; media: Body[] } = { event: {}, media: [] };
  /** The days that views were asked of last, per path. */
  readonly asked = new Map<string, string>();
  /** By user id. */
  readonly said = new Map<string, Body>();
  /** The pipeline's result for the next flyer or picture. */
  verdict: { status: string; reason?: { code: string; message: string } } = { status: "complete" };
  /** Reads of a record until the pipeline has processed it. */
  looks = 2;
  pageSize = 100;
  /** Ids of users who have deleted their account. */
  readonly left = new Set<string>();
  readonly #made = new Map<string, Answer>();
  #looked = 0;

  addEvent(more: Partial<TestEvent> & Pick<TestEvent, "creativeId">): TestEvent {
    const event = {
      eventId: randomUUID(),
      title: "Demo night",
      opensAt: AT,
      closesAt: "2126-01-02T03:04:05.000Z",
      contentTypes: ["video", "image"],
      videoBytes: 5000 * MB,
      videoDurationMs: 600_000,
      imageBytes: 25 * MB,
      uploadsPerFan: 20,
      createdAt: AT,
      ...more,
    };
    this.events.set(event.eventId, event);
    return event;
  }

  /** Returns undefined for a route that does not exist. */
  handle(call: ApiCall): Answer | undefined {
    const { method, path, user } = call;
    const route = `${method} /${path.map((part, index) => (index % 2 === 1 && path[0] !== "me" ? "*" : part)).join("/")}`;
    switch (route) {
      case "GET /events":
        return this.#listEvents(call);
      case "GET /events/*":
        return this.#event(path[1]!) ?? missing("event");
      case "GET /events/*/media":
        return this.#gallery(call);
      case "GET /collections/*":
        return this.#showCollection(call);
      default:
        if (!user) return undefined;
    }
    if (this.left.has(user.userId) && route !== "DELETE /me")
      return problem(401, "account.deleted", "This account was deleted.");
    switch (route) {
      case "DELETE /me":
        return this.#leave(call, user);
      case "DELETE /me/picture":
        this.pictures.delete(`picture/${user.userId}`);
        return nothing;
      case "DELETE /events/*/flyer": {
        const refused = this.#own(call);
        if (!refused) this.pictures.delete(`flyer/${path[1]}`);
        return refused ?? nothing;
      }
      case "GET /me":
        return json(200, {
          userId: user.userId,
          groups: user.groups,
          public: false,
          ...this.said.get(user.userId),
          ...this.#picture(`picture/${user.userId}`, "picture", "pictureUpload"),
        });
      case "PATCH /me":
        this.said.set(user.userId, given({ ...this.said.get(user.userId), ...call.body }));
        return this.handle({ ...call, method: "GET" });
      case "GET /events/*/reports": {
        const fitting = this.reports.filter(({ eventId }) => eventId === path[1]);
        return this.#own(call) ?? json(200, page("reports", fitting, call.query, this.pageSize));
      }
      case "GET /events/*/review": {
        const fitting = this.waiting.filter(({ eventId }) => eventId === path[1]);
        return this.#own(call) ?? json(200, page("media", fitting, call.query, this.pageSize));
      }
      case "POST /events/*/review/*":
        return this.#own(call) ?? this.#decide(call);
      case "GET /events/*/views": {
        this.asked.set("views", String(call.query));
        return this.#own(call) ?? json(200, this.views.event);
      }
      case "GET /events/*/views/*":
        this.asked.set("media", String(call.query));
        return this.#own(call) ?? json(200, page("media", this.views.media, call.query, this.pageSize));
      case "DELETE /events/*/reports/*": {
        const refused = this.#own(call);
        if (refused) return refused;
        this.reports = this.reports.filter(({ reportId }) => reportId !== path[3]);
        return nothing;
      }
      case "POST /me/picture":
        return this.#offer(`picture/${user.userId}`);
      case "POST /events":
        return (
          creative(user) ??
          this.#once(call, () => json(201, this.addEvent({ creativeId: user.userId, ...given(call.body) })))
        );
      case "PATCH /events/*":
        return this.#own(call) ?? json(200, Object.assign(this.events.get(path[1]!)!, given(call.body)));
      case "DELETE /events/*": {
        // The event's creative may repeat the call.
        const refused = this.#deleted.has(path[1]!) ? undefined : this.#own(call);
        if (!refused && this.events.delete(path[1]!)) this.#deleted.add(path[1]!);
        return refused ?? nothing;
      }
      case "GET /events/*/flyer":
        return this.#own(call) ?? json(200, this.#picture(`flyer/${path[1]}`, "flyer", "upload"));
      case "POST /events/*/flyer":
        return this.#own(call) ?? this.#offer(`flyer/${path[1]}`);
      case "GET /collections":
        return creative(user) ?? this.#listCollections(call, user);
      case "POST /collections":
        return creative(user) ?? this.#once(call, () => this.#makeCollection(call.body, user));
      default:
        return path[0] === "collections" ? this.#changeCollection(call, user) : undefined;
    }
  }

  #decide({ path, body }: ApiCall): Answer {
    const [, , , verb] = path;
    if (verb === "refuse") this.refusals.push(body.text);
    const error = { code: "upload.not_waiting", message: "Nothing of this upload waits for review." };
    const results = body.media.flatMap(({ uploadId, mediaId }: { uploadId: string; mediaId?: string }) => {
      const fits = (one: (typeof this.waiting)[number]) =>
        one.eventId === path[1] && one.uploadId === uploadId && (mediaId === undefined || one.mediaId === mediaId);
      const found = this.waiting.filter(fits);
      this.waiting = this.waiting.filter((one) => !fits(one));
      const outcome = verb === "refuse" ? "refused" : "published";
      if (found.length > 0) return found.map((one) => ({ uploadId, mediaId: one.mediaId, outcome }));
      return [{ uploadId, ...(mediaId ? { mediaId } : {}), outcome: "not_decided", error }];
    });
    return json(200, { results });
  }

  #leave({ query }: ApiCall, { userId }: TestUser): Answer {
    const events = [...this.events.values()].filter(({ creativeId }) => creativeId === userId);
    if (events.length > 0 && query.get("events") !== "delete")
      return problem(409, "account.has_events", `You have ${events.length} events.`);
    for (const { eventId } of events) this.events.delete(eventId);
    this.left.add(userId);
    return nothing;
  }

  /** A file that was sent by a form: the pipeline processes it at the second read of the record. */
  arrived(name: string) {
    this.#looked = 0;
    const { offer } = this.pictures.get(name)!;
    offer!.status = "pending";
  }

  #picture(name: string, served: string, offer: string) {
    const picture = this.pictures.get(name) ?? {};
    if (picture.offer?.status === "pending" && ++this.#looked >= this.looks) {
      Object.assign(picture.offer, this.verdict);
      const { version } = picture.offer;
      if (this.verdict.status === "complete")
        picture.served = { url: `https://cdn.test/${name}/${version}.png`, version };
    }
    return {
      ...(picture.served && { [served]: picture.served }),
      ...(picture.offer && { [offer]: picture.offer }),
    };
  }

  #offer(name: string): Answer {
    const version = randomUUID();
    this.pictures.set(name, { ...this.pictures.get(name), offer: { version, status: "pending" } });
    const fields = { key: `${name}/${version}.png`, "content-type": "image/png", policy: "signed", name };
    return json(201, { url: `${this.base}/form`, fields, version, expiresAt: "2126-01-01T00:00:00.000Z" });
  }

  #once({ key, user, body }: ApiCall, make: () => Answer): Answer {
    const name = JSON.stringify([user?.userId, key, body]);
    const made = this.#made.get(name) ?? make();
    if (key) this.#made.set(name, made);
    return made;
  }

  #event(eventId: string): Answer | undefined {
    const event = this.events.get(eventId);
    if (!event) return undefined;
    const flyer = this.pictures.get(`flyer/${eventId}`)?.served;
    return json(200, { ...event, ...(flyer && { flyer }) });
  }

  #own({ path, user }: ApiCall): Answer | undefined {
    if (!user?.groups.includes("creative")) return creative(user!);
    return this.events.get(path[1]!)?.creativeId === user.userId ? undefined : missing("event");
  }

  #listEvents({ query }: ApiCall): Answer {
    const creativeId = query.get("creativeId");
    const fitting = [...this.events.values()].filter((event) => !creativeId || event.creativeId === creativeId);
    return json(200, page("events", fitting.toReversed(), query, this.pageSize));
  }

  #gallery({ path, query }: ApiCall): Answer {
    if (!this.events.has(path[1]!)) return missing("event");
    const type = query.get("contentType") ?? query.get("type");
    const fitting = this.published.filter((one) => one.eventId === path[1] && (!type || one.contentType === type));
    return json(200, page("media", fitting.map(served), query, this.pageSize));
  }

  #listCollections({ query }: ApiCall, user: TestUser): Answer {
    const own = [...this.collections.values()].filter(({ creativeId }) => creativeId === user.userId);
    return json(200, page("collections", own.toReversed().map(info), query, this.pageSize));
  }

  #makeCollection(body: Body, { userId }: TestUser): Answer {
    const made = { collectionId: randomUUID(), creativeId: userId, createdAt: AT, updatedAt: AT, media: [] };
    const collection = { ...made, title: body.title, ...given(body) };
    this.collections.set(collection.collectionId, collection);
    return json(201, info(collection));
  }

  #showCollection({ path, query }: ApiCall): Answer {
    const collection = this.collections.get(path[1]!);
    if (!collection) return missing("collection");
    const media = collection.media.map((ref) => this.published.find((one) => same(one, ref))!).map(served);
    return json(200, { ...info(collection), ...page("media", media, query, this.pageSize) });
  }

  #changeCollection({ method, path, body }: ApiCall, { userId }: TestUser): Answer {
    const [, collectionId, inside, uploadId, mediaId] = path;
    const collection = this.collections.get(collectionId!);
    if (collection?.creativeId !== userId) return missing("collection");
    if (inside !== "media") {
      if (method === "DELETE") this.collections.delete(collectionId!);
      else Object.assign(collection, given(body));
      return method === "DELETE" ? nothing : json(200, info(collection));
    }
    const ref = { uploadId: uploadId!, mediaId: mediaId! };
    const others = collection.media.filter((one) => !same(one, ref));
    const there = others.length < collection.media.length;
    if (method === "PUT") {
      if (!this.published.some((one) => same(one, ref))) return missing("media");
      if (!there) collection.media = [...others, ref];
    } else if (!there) {
      return problem(404, "collection.entry_not_found", "The collection does not hold this media.");
    } else if (method === "DELETE") {
      collection.media = others;
    } else {
      const at = body.after === null ? 0 : others.findIndex((one) => same(one, body.after)) + 1;
      collection.media = others.toSpliced(at, 0, ref);
    }
    return nothing;
  }
}

const same = (a: { uploadId: string; mediaId: string }, b: { uploadId: string; mediaId: string }) =>
  a.uploadId === b.uploadId && a.mediaId === b.mediaId;

const info = ({ media, ...collection }: TestCollection) => ({ ...collection, size: media.length });

function served(one: { mediaId: string; contentType: string; uploadId: string }) {
  const video = one.contentType === "video";
  return {
    ...one,
    fanId: "00000001-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
    width: 1920,
    height: 1080,
    publishedAt: AT,
    ...(video && { durationMs: 30_040 }),
    urls: {
      content: `https://cdn.test/${one.uploadId}/${one.mediaId}.${video ? "mp4" : "jpg"}`,
      thumbnail: `https://cdn.test/${one.uploadId}/${one.mediaId}.webp`,
    },
  };
}

/** Null removes a member. */
function given(body: Body): Body {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, value ?? undefined]));
}

function creative(user: TestUser): Answer | undefined {
  if (user.groups.includes("creative")) return undefined;
  return problem(403, "access.group_missing", "Only a creative may do this.");
}

function missing(what: string): Answer {
  return problem(404, `${what}.not_found`, `There is no such ${what}.`);
}
