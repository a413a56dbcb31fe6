import { expect } from "vitest";
import type { Api, TestCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { bodyOf, IMAGES, keysIn, newEvent } from "./support.ts";

/** A form to post a picture with, as the API gives it. */
export interface Form {
  url: string;
  fields: Record<string, string>;
  version: string;
}

/** Posts a form as a browser does: the fields, then the file; the status. */
export async function post({ url, fields }: Form, file: Uint8Array): Promise<number> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([new Uint8Array(file)]), "picture.png");
  return (await fetch(url, { method: "POST", body: form })).status;
}

/** Keys of all that is served of a picture: itself, and its small copy. */
export const filesOf = ({ fields }: Form): string[] => {
  const key = fields.key!;
  return [key, smallOf(key)].toSorted();
};

/** Where the small copy of a picture lies, by its key or address. */
export const smallOf = (key: string) => key.replace(/\.\w+$/, ".thumbnail.webp");

/** A flyer of an event, and a user's picture: the same, in two places. */
export const KINDS = ["flyer", "profile"] as const;
export type Kind = (typeof KINDS)[number];

/** A new event's flyer, or the picture of the user who calls. */
export async function pictureOwner(cloud: TestCloud, kind: Kind, call: Api, userId: string) {
  const eventId: string = kind === "flyer" ? (await newEvent(call)).eventId : "";
  const path = kind === "flyer" ? `/events/${eventId}/flyer` : "/me/picture";
  const prefix = kind === "flyer" ? `events/${eventId}/flyer/` : `profiles/${userId}/`;
  /** What is served, and what became of the last offer. */
  const look = async () => {
    const told = bodyOf(await call("GET", kind === "flyer" ? path : "/me"));
    return kind === "flyer"
      ? { served: told.flyer, offer: told.upload }
      : { served: told.picture, offer: told.pictureUpload };
  };
  const offered = async (file: Uint8Array): Promise<Form> =>
    bodyOf(await call("POST", path, { name: "picture.png", bytes: file.length }), 201);
  return {
    eventId,
    path,
    prefix,
    look,
    offered,
    owner: kind === "flyer" ? ({ kind, id: eventId } as const) : ({ kind, id: userId } as const),
    remove: async (by = call) => bodyOf(await by("DELETE", path), 204),
    /** Offers, posts and waits until it is served. */
    async sent(file: Uint8Array): Promise<{ form: Form; url: string }> {
      const form = await offered(file);
      expect(await post(form, file)).toBe(204);
      return eventually(async () => {
        const { served } = await look();
        expect(served?.version).toBe(form.version);
        return { form, url: served.url as string };
      });
    },
    keys: () => keysIn(cloud, IMAGES, prefix),
  };
}
