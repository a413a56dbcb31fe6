import type { Cloud } from "@dropclip/synth/cloud";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { grantsOf } from "../support/access.ts";
import { aws } from "../support/aws.ts";
import { type Api, apiOf, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { behindTheEdge } from "../support/shown.ts";
import { filesOf, smallOf } from "./picture-owner.ts";
import {
  bodyOf,
  edge,
  expectProblem,
  forgetCalls,
  IMAGES,
  keysIn,
  MIB,
  newEvent,
  picture,
  records,
  troubles,
} from "./support.ts";

interface Form {
  url: string;
  fields: Record<string, string>;
  version: string;
}

/** Posts a form as a browser does: the fields, then the file. */
async function post({ url, fields }: Form, file: Uint8Array, changed: Record<string, string | undefined> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changed }))
    if (value !== undefined) form.append(name, value);
  form.append("file", new Blob([new Uint8Array(file)]), "flyer.png");
  const response = await fetch(url, { method: "POST", body: form });
  return { status: response.status, code: /<Code>(\w+)</.exec(await response.text())?.[1] };
}

let cloud: TestCloud;
let nobody: Api;
let creative: Api;
const start = async (options = {}) => {
  cloud = await testCloud(options);
  nobody = apiOf(cloud.api);
  creative = await cloud.as("creative");
};
/** Tells the function of an object, as S3's event does. */
const tell = (key: string, etag: string, size: number, sequencer: string) => {
  const { name } = cloud.facts.functions.find(({ name }) => name.includes("adopt-picture"))!;
  return aws(cloud).invoke(name, { detail: { object: { key, etag, size, sequencer } } });
};
const head = async (key: string) => (await aws(cloud).s3("HEAD", `/${IMAGES}/${key}`)).headers;

/** Whether what is served shows the same picture, and its small copy too. */
const shows = async (url: string, file: Uint8Array) =>
  (await isOf(url, file)) && (await isOf(smallOf(url), await sharp(file).webp().toBuffer()));

/** Whether it is the same picture, in the same format: it is written anew, of nothing but its pixels. */
async function isOf(url: string, file: Uint8Array): Promise<boolean> {
  const answer = await fetch(url);
  expect(behindTheEdge(answer)).toEqual([]);
  const served = Buffer.from(await answer.arrayBuffer());
  const [one, other] = await Promise.all([served, file].map((bytes) => sharp(bytes).removeAlpha().raw().toBuffer()));
  const formats = await Promise.all([served, file].map(async (bytes) => (await sharp(bytes).metadata()).format));
  const away = one!.reduce((sum, value, at) => sum + Math.abs(value - (other![at] ?? 255)), 0) / one!.length;
  return formats[0] === formats[1] && one!.length === other!.length && away < 4;
}

/** A flyer of an event, and a user's picture: the same, in two places. */
const KINDS = ["flyer", "profile"] as const;
async function owner(kind: (typeof KINDS)[number]) {
  const call = creative;
  const eventId = kind === "flyer" ? (await newEvent(creative)).eventId : "";
  const prefix = kind === "flyer" ? `events/${eventId}/flyer/` : `profiles/${cloud.creativeId}/`;
  return {
    prefix,
    eventId,
    offer: (bytes: number, name = "flyer.png") =>
      call("POST", kind === "flyer" ? `/events/${eventId}/flyer` : "/me/picture", { name, bytes }),
    /** What is served, and what became of the last offer. */
    look: async () => {
      const told = bodyOf(await call("GET", kind === "flyer" ? `/events/${eventId}/flyer` : "/me"));
      return kind === "flyer"
        ? { served: told.flyer, offer: told.upload }
        : { served: told.picture, offer: told.pictureUpload };
    },
    async ended(version: string) {
      return eventually(async () => {
        const told = await this.look();
        expect(told.offer.version).toBe(version);
        expect(told.offer.status).not.toBe("pending");
        return told;
      });
    },
    async offered(file: Uint8Array, name?: string): Promise<Form> {
      return bodyOf(await this.offer(file.length, name), 201);
    },
    /** Offers, posts and waits. */
    async sent(file: Uint8Array, name?: string) {
      const form = await this.offered(file, name);
      expect(await post(form, file)).toEqual({ status: 204, code: undefined });
      return { form, ...(await this.ended(form.version)) };
    },
    keys: () => keysIn(cloud, IMAGES, prefix),
  };
}

beforeAll(() => start());
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

describe.each(KINDS)("a %s", (kind) => {
  it("is posted to S3, taken in, and switched in one step; the old one is gone everywhere", async () => {
    const one = await owner(kind);
    const first = await one.sent(await picture());
    const { served } = first;
    const url = `${cloud.cdn}/${first.form.fields.key}`;
    expect(served).toEqual({ version: first.form.version, url, thumbnail: smallOf(url) });
    expect(first.offer).toEqual({ version: first.form.version, status: "complete" });
    expect(await edge(served.url)).toBe(200);
    if (kind === "flyer") expect(bodyOf(await nobody("GET", `/events/${one.eventId}`)).flyer).toEqual(served);

    const file = await picture("webp");
    const form = await one.offered(file, "new.webp");
    // Offered only: nothing has changed for those who look.
    expect(await one.look()).toEqual({ served, offer: { version: form.version, status: "pending" } });
    expect((await post(form, file)).status).toBe(204);
    const second = await one.ended(form.version);
    expect(second.served.url).toBe(`${cloud.cdn}/${form.fields.key}`);
    await eventually(async () => expect(await one.keys()).toEqual(filesOf(form)));
    for (const old of [served.url, served.thumbnail]) await eventually(async () => expect(await edge(old)).toBe(403));
    expect(await shows(second.served.url, file)).toBe(true);
  });

  it("goes where its form says, as it says, or not at all: S3 itself refuses", async () => {
    const one = await owner(kind);
    const theirs = kind === "flyer" ? (await owner(kind)).prefix : `profiles/${cloud.fanId}/`;
    const file = await picture();
    const before = await one.keys();
    const form = await one.offered(file);
    const longer = Buffer.concat([file, Buffer.alloc(1)]);
    expect(await post(form, longer)).toEqual({ status: 400, code: "EntityTooLarge" });
    expect(await post(form, file.subarray(1))).toEqual({ status: 400, code: "EntityTooSmall" });
    const denied = { status: 403, code: "AccessDenied" };
    for (const changed of [
      { "Content-Type": "text/html" },
      { "Content-Type": undefined },
      { key: `${one.prefix}other.png` },
      { key: `${one.prefix}../../x.png` },
      { key: `${theirs}${form.version}.png` },
      { key: `${one.prefix}\${filename}` },
      { acl: "public-read" },
      { "x-amz-meta-stripped": "true" },
      { "x-amz-storage-class": "GLACIER" },
      { success_action_redirect: "https://evil.example" },
      { policy: undefined, "x-amz-signature": undefined },
    ])
      expect({ ...(await post(form, file, changed)), changed }).toEqual({ ...denied, changed });
    const policy = JSON.parse(Buffer.from(form.fields.policy!, "base64").toString());
    policy.conditions = policy.conditions.filter((condition: unknown) => !Array.isArray(condition));
    const forged = Buffer.from(JSON.stringify(policy)).toString("base64");
    expect((await post(form, longer, { policy: forged })).status).toBe(403);
    expect((await post({ ...form, url: form.url.replace(IMAGES, "dropclip-content-dev") }, file)).status).toBe(403);
    expect(await post(form, file, { "x-amz-security-token": undefined })).toMatchObject({ status: 403 });
    for (const method of ["GET", "PUT", "DELETE"])
      expect((await fetch(`${form.url}/${form.fields.key}`, { method })).status).toBe(403);
    expect(await one.keys()).toEqual(before);
    expect((await one.look()).offer).toEqual({ version: form.version, status: "pending" });
  });

  it.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ["a page", () => Buffer.from("<!doctype html><script>alert(1)</script>")],
    ["a drawing that can run", () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ["half a picture", async () => (await picture()).subarray(0, 60)],
    ["a head without a picture", () => Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")],
    ["a program", () => Buffer.from("MZ\u0090\u0000program")],
    [
      "a HEIC, which few browsers show",
      () => Buffer.from("\0\0\0\u0018ftypheic\0\0\0\0mif1heic".padEnd(64, "\0"), "latin1"),
    ],
  ])("that is %s is removed, and the record says why", async (_, made) => {
    const one = await owner(kind);
    const before = await one.look();
    const { form, served, offer } = await one.sent(await made());
    expect(offer).toEqual({
      version: form.version,
      status: "rejected",
      reason: { code: "image.not_a_picture", message: expect.stringContaining("jpg, png, webp, avif, gif") },
    });
    expect(served).toEqual(before.served);
    await eventually(async () => expect(await one.keys()).not.toContain(form.fields.key));
    expect(await edge(`${cloud.cdn}/${form.fields.key}`)).toBe(403);
  });

  it("that is offered again supersedes the first offer, however late that comes", async () => {
    const one = await owner(kind);
    const [early, late] = [await picture(), await picture()];
    const first = await one.offered(early);
    const second = await one.offered(late);
    expect((await post(first, early)).status).toBe(204);
    await eventually(async () => expect(await one.keys()).not.toContain(first.fields.key));
    expect((await one.look()).offer).toEqual({ version: second.version, status: "pending" });
    expect((await post(second, late)).status).toBe(204);
    const { served } = await one.ended(second.version);
    expect((await post(first, early)).status).toBe(204);
    await eventually(async () => expect(await one.keys()).toEqual(filesOf(second)));
    expect((await one.look()).served).toEqual(served);
    expect(await edge(served.url)).toBe(200);
  });

  it("sent to the same key again is looked at anew", async () => {
    const one = await owner(kind);
    const file = await picture();
    const { form, served } = await one.sent(file);
    expect(await edge(served.url)).toBe(200);
    let other = await picture();
    while (other.length !== file.length) other = await picture();
    expect((await post(form, other)).status).toBe(204);
    await eventually(async () => expect(await shows(served.url, other)).toBe(true));
    // No picture this time: it is served no more.
    expect((await post(form, Buffer.alloc(file.length, "x"))).status).toBe(204);
    await eventually(async () => expect((await one.look()).offer.status).toBe("rejected"));
    expect((await one.look()).served).toBeUndefined();
    for (const gone of [served.url, served.thumbnail]) await eventually(async () => expect(await edge(gone)).toBe(403));
    expect(await one.keys()).toEqual([]);
  });

  it("is what it was after S3 has told of it again, and of older ones", async () => {
    const one = await owner(kind);
    const old = await one.sent(await picture());
    const oldEtag = (await head(old.form.fields.key!)).get("etag")!.replaceAll('"', "");
    const { form, served } = await one.sent(await picture());
    const key = form.fields.key!;
    const headers = await head(key);
    const [etag, size] = [headers.get("etag")!.replaceAll('"', ""), Number(headers.get("content-length"))];
    await eventually(async () => expect(await one.keys()).toEqual(filesOf(form)));
    // The record forgets what was replaced once that is gone.
    await eventually(async () => expect((await records(cloud)).join()).not.toContain(old.form.version));
    const before = await records(cloud);
    const [known, later] = [
      /"sequencer":\{"S":"(\w+)"\}/.exec(before.find((row) => row.includes(form.version))!)![1]!,
      "F",
    ];
    const told = [tell(key, etag, size, known), tell(key, etag, size, known), tell(key, etag, size, "0")];
    await Promise.all([...told, tell(old.form.fields.key!, oldEtag, size, later)]);
    await tell(key, oldEtag, size, later);
    await tell(`${one.prefix}no-version.png`, etag, size, later);
    expect(await records(cloud)).toEqual(before);
    expect(await one.keys()).toEqual(filesOf(form));
    expect((await one.look()).served).toEqual(served);
  });

  it("may be any picture that browsers show, of up to 25 MiB", async () => {
    const one = await owner(kind);
    for (const name of ["a.JPG", "a.jpeg", "a.png", "a.webp", "a.avif", "a.gif"])
      bodyOf(await one.offer(25 * MIB, name), 201);
    for (const name of ["a.heic", "a.svg", "a.mp4", "a", "a.png.html", "a.png ", ".."])
      expectProblem(await one.offer(10, name), 415, "upload.type_not_taken");
    expectProblem(await one.offer(25 * MIB + 1), 413, "upload.too_large");
    for (const bytes of [0, -1, 1.5, "1", null])
      expectProblem(await one.offer(bytes as number), 400, "request.invalid");
    expectProblem(await one.offer(10, ""), 400, "request.invalid");
  });

  if (kind === "flyer")
    it("that comes after its event was deleted is removed", async () => {
      const one = await owner(kind);
      const file = await picture();
      const form = await one.offered(file);
      bodyOf(await creative("DELETE", `/events/${one.eventId}`), 204);
      expect((await post(form, file)).status).toBe(204);
      await eventually(async () => expect(await one.keys()).toEqual([]));
      expectProblem(await one.offer(10), 404, "event.not_found");
    });

  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});

describe("a picture that S3 has not yet told of", () => {
  beforeAll(async () => {
    await cloud.dispose();
    // Told by hand, when and in the order that a test wants.
    await start({
      adjust: (facts: Cloud) => ({
        ...facts,
        rules: facts.rules.filter(({ name }) => !name.includes("picture-arrived")),
      }),
    });
  });

  it("and that nobody waits for any more is no matter of the edge, however often its form is used", async () => {
    const { Invalidation } = await import("@dropclip/core/invalidation");
    const one = await owner("flyer");
    const taken = async (form: Form, file: Uint8Array, order: string) => {
      expect((await post(form, file)).status).toBe(204);
      // Once as it was sent, once as it was written anew.
      for (const time of [0, 1]) {
        const headers = await head(form.fields.key!);
        const etag = headers.get("etag")?.replaceAll('"', "");
        if (etag) await tell(form.fields.key!, etag, Number(headers.get("content-length")), `${order}${time}`);
      }
    };
    const [early, late] = [await picture(), await picture()];
    const [first, second] = [await one.offered(early), await one.offered(late)];
    // Told of, and not there.
    await tell(second.fields.key!, "0".repeat(32), late.length, "0");
    expect((await one.look()).offer.status).toBe("pending");
    await taken(second, late, "A");
    expect((await one.look()).served.version).toBe(second.version);
    const told = () => grantsOf(cloud.access()).find(({ action }) => action === "cloudfront:CreateInvalidation")!.used;
    expect(told()).toBe(0);
    for (let time = 0; time < 5; time++) await taken(first, early, `B${time}`);
    expect(told()).toBe(0);
    expect(await Invalidation.due()).toEqual([]);
    expect(await one.keys()).toEqual(filesOf(second));
  });

  it("is looked at fifty times a day and no more, by whatever forms; after that one is removed unseen", async () => {
    const { ProfileEntity } = await import("@dropclip/core/profile.entity");
    const one = await owner("profile");
    const file = await picture();
    const taken = async (form: Form) => {
      expect((await post(form, file)).status).toBe(204);
      for (const time of [0, 1]) {
        const headers = await head(form.fields.key!);
        const etag = headers.get("etag")?.replaceAll('"', "");
        if (etag) await tell(form.fields.key!, etag, Number(headers.get("content-length")), `${Date.now()}${time}`);
      }
    };
    const [form, later] = [await one.offered(file), await one.offered(file)];
    await taken(later);
    expect((await one.look()).served.version).toBe(later.version);
    const day = new Date().toISOString().slice(0, 10);
    await ProfileEntity.patch({ userId: cloud.creativeId })
      .set({ looks: { day, count: 49 } })
      .go();
    await taken(later);
    expect((await one.look()).served.version).toBe(later.version);
    const used = { unit: "pictures", used: 50, limit: 50 };
    expect((await one.offer(10)).body).toMatchObject({ code: "upload.day_used_up", details: used });
    for (let time = 0; time < 2; time++) {
      await taken(later);
      expect((await one.look()).offer).toMatchObject({ status: "rejected", reason: { code: "image.day_used_up" } });
      expect(await one.keys()).toEqual([]);
    }
    await taken(form);
    expect(await one.keys()).toEqual([]);
    await ProfileEntity.patch({ userId: cloud.creativeId })
      .set({ looks: { day: "2020-01-01", count: 50 } })
      .go();
    await taken(await one.offered(file));
    expect((await one.look()).served).toBeDefined();
  });

  it("tells nobody where it was taken, not even who asks the edge before it was looked at", async () => {
    const one = await owner("profile");
    const file = await sharp({ create: { width: 32, height: 16, channels: 3, background: "#aa00aa" } })
      .withMetadata({ orientation: 6 })
      .withExifMerge({ IFD0: { Make: "Fancy Phone" }, IFD3: { GPSLatitude: "48/1 51/1 30/1" } })
      .jpeg()
      .toBuffer();
    const form = await one.offered(file, "me.jpg");
    const key = form.fields.key!;
    expect((await post(form, file)).status).toBe(204);
    const url = `${cloud.cdn}/${key}`;
    // The page that posted it knows its address, and may ask at once.
    expect(await edge(url)).toBe(403);
    for (let time = 0; time < 2; time++) {
      const headers = await head(key);
      await tell(key, headers.get("etag")!.replaceAll('"', ""), Number(headers.get("content-length")), `${time}`);
    }
    expect((await one.look()).served).toEqual({ url, version: form.version, thumbnail: smallOf(url) });
    const served = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(served.includes("Fancy Phone")).toBe(false);
    const { exif, width, height } = await sharp(served).metadata();
    expect({ exif, width, height }).toEqual({ exif: undefined, width: 16, height: 32 });
    const small = await sharp(await (await fetch(smallOf(url))).arrayBuffer()).metadata();
    expect(small).toMatchObject({ format: "webp", width: 16, height: 32 });
    expect(small.exif).toBeUndefined();
    expect((await head(key)).get("content-type")).toBe("image/jpeg");
  });

  it.each(KINDS)("is the %s that was sent last, in whatever order S3 tells of those sent to its key", async (kind) => {
    const { Adoption } = await import("@dropclip/core/adoption");
    const one = await owner(kind);
    const before = (await one.look()).served;
    const file = await picture();
    const { version, fields } = await one.offered(file);
    const adopt = async (sequencer: string, content: Uint8Array) =>
      (await Adoption.adopt(fields.key!, { sequencer, bytes: content.length }, async () => content)).outcome;
    const no = Buffer.from("no picture");
    // Read before the last one came, decided after it.
    expect([await adopt("0A2", no), await adopt("0A1F", file), await adopt("0A2", no)]).toEqual([
      ...["refused", "kept", "refused"],
    ]);
    expect(await one.look()).toMatchObject({ served: before, offer: { version, status: "rejected" } });
    expect([await adopt("0a2001", file), await adopt("0A2", no), await adopt("0A2001", file)]).toEqual([
      ...["switched", "kept", "kept"],
    ]);
    expect(await one.look()).toMatchObject({ served: { version }, offer: { version, status: "complete" } });
    for (const older of ["0A1F", "0A2001"]) await Adoption.replaced(fields.key!, older);
    expect((await one.look()).served).toMatchObject({ version });
    await Adoption.replaced(fields.key!, "0A203");
    expect(await one.look()).toEqual({ served: undefined, offer: { version, status: "pending" } });
    expect(await adopt("0A204", file)).toBe("switched");
    // The next offer is waited for, whatever becomes of the last one.
    const next = await one.offered(file);
    expect(await adopt("0A21", file)).toBe("switched");
    expect(await one.look()).toMatchObject({
      served: { version },
      offer: { version: next.version, status: "pending" },
    });
    // One that takes the place of what is served is served once it was looked at.
    await Adoption.replaced(fields.key!, "0A215");
    expect((await one.look()).served).toMatchObject({ version });
    expect([await adopt("0A22", no), await adopt("0A22", no)]).toEqual(["refused", "superseded"]);
    expect(await one.look()).toEqual({ served: undefined, offer: { version: next.version, status: "pending" } });
  });
});
