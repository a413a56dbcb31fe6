import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type Api, apiOf, clip, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { type Person, peopleOf } from "./people.ts";
import { pictureOwner, post } from "./picture-owner.ts";
import {
  bodyOf,
  CONTENT,
  changes,
  edge,
  executionOf,
  expectProblem,
  folder,
  forgetCalls,
  IMAGES,
  keysIn,
  later,
  MIB,
  MINUTE,
  multiparts,
  newEvent,
  picture,
  published,
  records,
  tiny,
  troubles,
  UPLOADS,
} from "./support.ts";

let cloud: TestCloud;
let people: ReturnType<typeof peopleOf>;
let nobody: Api;
let creative: Api;

beforeAll(async () => {
  cloud = await testCloud();
  people = peopleOf(cloud);
  nobody = apiOf(cloud.api);
  creative = await cloud.as("creative");
  process.env.INGEST_ARN = cloud.facts.stateMachines[0]!.arn;
});
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

let signedUp = 0;
const signUp = (...groups: ("fan" | "creative")[]) => people.signUp(`leaves${++signedUp}@example.com`, ...groups);
const leave = ({ api }: Person, query = "") => api("DELETE", `/me${query}`);
const everything = async (prefix: string) =>
  (await Promise.all([UPLOADS, CONTENT, IMAGES].map((bucket) => keysIn(cloud, bucket, prefix)))).flat();
const directory = ({ eventId, fanId, uploadId }: any) => `events/${eventId}/uploads/${fanId}/${uploadId}/`;
const gallery = async (eventId: string) =>
  bodyOf(await nobody("GET", `/events/${eventId}/media`)).media.map((one: any) => one.uploadId);
const collected = async (collectionId: string) => bodyOf(await nobody("GET", `/collections/${collectionId}`));
/** Rows that name the user and are not to be forgotten after a while. */
const kept = async ({ userId }: Person) =>
  (await records(cloud)).filter((row) => row.includes(userId) && !row.includes('"expires":{"N"'));
const settle = async ({ userId }: Person, aheadMs = 0) =>
  (await import("@dropclip/functions/settle-account")).settleAccount(userId, later(aheadMs));
const account = async ({ userId }: Person) => (await import("@dropclip/core/account")).Account.deleted(userId);
const uploadOf = async (person: Person, eventId: string, files: object[]) =>
  bodyOf(await person.api("POST", `/events/${eventId}/uploads`, { files }), 201);
/** A published photo that another fan sent to the event. */
const ofOthers = (eventId: string) => published(cloud, { eventId, fan: "other-fan" });

describe("DELETE /me of a fan", () => {
  it("takes away all that is theirs, and nothing of anybody else", async () => {
    const fan = await signUp("fan");
    const { eventId } = await newEvent(creative);
    const photo = await published(cloud, { eventId, by: fan.userId });
    const other = await ofOthers(eventId);
    const pending = await uploadOf(fan, eventId, [{ name: "film.mp4", bytes: 20 * MIB }]);
    const begin = `/uploads/${pending.uploadId}/media/video/multipart`;
    const { status } = await fan.api("POST", begin);
    expect(status).toBeLessThan(300);
    expect(await multiparts(cloud)).toBe(1);
    const { url } = await (await pictureOwner(cloud, "profile", fan.api, fan.userId)).sent(await picture());
    const { collectionId } = bodyOf(await creative("POST", "/collections", { title: "Best" }), 201);
    for (const { uploadId } of [photo, other])
      bodyOf(await creative("PUT", `/collections/${collectionId}/media/${uploadId}/image1`), 204);
    for (const one of [url, photo.urls!.content, other.urls!.content]) expect(await edge(one)).toBe(200);
    // Fans without events are asked nothing; the same at once is the same.
    const answers = await Promise.all(Array.from({ length: 5 }, () => leave(fan)));
    for (const answer of answers) bodyOf(answer, 204);
    for (const [method, path, body] of [
      // Reads that were counted ahead pass until their minute is over.
      ["POST", `/events/${eventId}/uploads`, tiny],
      ["POST", begin],
      ["POST", `/uploads/${pending.uploadId}/sign`, { mediaId: "video", operation: "UploadPart", partNumbers: [1] }],
      ["POST", "/me/picture", { name: "me.png", bytes: 100 }],
      ["DELETE", "/me/picture"],
      ["DELETE", `/uploads/${photo.uploadId}`],
    ] as const)
      expectProblem(await fan.api(method, path, body), 401, "account.deleted");
    bodyOf(await leave(fan), 204);

    await eventually(async () => expect(await gallery(eventId)).toEqual([other.uploadId]));
    await eventually(async () => expect(await people.knows(fan)).toBe(false));
    expect(await people.renews(fan)).toBe(false);
    await expect(people.signIn(fan.email)).rejects.toThrow("Incorrect username or password");
    await eventually(async () => expect(await everything(directory(photo))).toEqual([]));
    await eventually(async () => expect(await multiparts(cloud)).toBe(0));
    await eventually(async () => expect(await keysIn(cloud, IMAGES, `profiles/${fan.userId}/`)).toEqual([]));
    await eventually(async () =>
      expect(await Promise.all([url, photo.urls!.content, photo.urls!.thumbnail].map(edge))).toEqual([403, 403, 403]),
    );
    await eventually(async () =>
      expect(await collected(collectionId)).toMatchObject({ size: 1, media: [{ uploadId: other.uploadId }] }),
    );
    expect(await edge(other.urls!.content)).toBe(200);
    expect(bodyOf(await nobody("GET", `/events/${eventId}`)).eventId).toBe(eventId);
    bodyOf(await (await cloud.as("other-fan"))("GET", `/uploads/${other.uploadId}`));
  });

  it("is closed once nothing more can come, and forgotten after its time", async () => {
    const fan = await signUp("fan");
    const { eventId } = await newEvent(creative);
    const photo = await published(cloud, { eventId, by: fan.userId });
    bodyOf(await fan.api("POST", `/events/${eventId}/uploads`, tiny, { "idempotency-key": "mine" }), 201);
    bodyOf(await leave(fan), 204);
    await eventually(async () => expect(await everything(directory(photo))).toEqual([]));
    await settle(fan, 14 * MINUTE);
    expect((await account(fan))!.state).toBe("open");
    expect(await kept(fan)).not.toEqual([]);
    for (const minutes of [16, 32]) await settle(fan, minutes * MINUTE);
    const { state, expires } = (await account(fan))!;
    expect([state, expires! * 1000 - Date.now() > 29 * 24 * 60 * MINUTE]).toEqual(["closed", true]);
    expect(await kept(fan)).toEqual([]);
    const { Account } = await import("@dropclip/core/account");
    for await (const userId of Account.open()) expect(userId).not.toBe(fan.userId);
    // Nothing is left to be asked for.
    bodyOf(await leave(fan), 204);
    expect((await account(fan))!.state).toBe("closed");
  });

  it("leaves nothing to who signs up by the same address again", async () => {
    const former = await signUp("fan");
    const { eventId } = await newEvent(creative, { uploadsPerFan: 1 });
    await uploadOf(former, eventId, tiny.files);
    bodyOf(await leave(former), 204);
    await eventually(async () => expect(await people.knows(former)).toBe(false));
    const again = await people.signUp(former.email, "fan");
    expect(again.userId).not.toBe(former.userId);
    expect(bodyOf(await again.api("GET", "/me"))).toEqual({ userId: again.userId, groups: ["fan"], public: false });
    expect(bodyOf(await again.api("GET", "/me/uploads")).uploads).toEqual([]);
    await uploadOf(again, eventId, tiny.files);
    // The former token is still nobody's, and deletes nothing of the new account.
    expectProblem(await former.api("GET", "/me"), 401, "account.deleted");
    bodyOf(await leave(former), 204);
    expect(await people.knows(again)).toBe(true);
    expect(bodyOf(await again.api("GET", "/me/uploads")).uploads).toHaveLength(1);
  });

  it("stops what is processed, and leaves no object", async () => {
    const fan = await signUp("fan");
    const { eventId } = await newEvent(creative);
    const film = await clip(join(folder, "leaving.mp4"), { size: "854x480", seconds: 20 });
    const upload = await cloud.send([film], { eventId, call: fan.api });
    await eventually(async () =>
      expect(bodyOf(await fan.api("GET", `/uploads/${upload.uploadId}`)).progress).toBeGreaterThan(10),
    );
    bodyOf(await leave(fan), 204);
    await eventually(async () =>
      expect(await executionOf(cloud, upload.uploadId)).toMatchObject({ status: "ABORTED" }),
    );
    await eventually(async () => {
      const { jobs } = await aws(cloud).mediaconvert("GET", "/2017-08-29/jobs");
      expect(jobs.map((job: any) => job.status)).toEqual(["CANCELED"]);
    });
    for (const minutes of [16, 32, 48]) await settle(fan, minutes * MINUTE);
    expect(await everything(directory(upload))).toEqual([]);
    expect(await gallery(eventId)).toEqual([]);
    expect((await account(fan))!.state).toBe("closed");
  });

  it("is not undone by what was signed before: forms and URLs that still hold bring nothing back", async () => {
    const fan = await signUp("fan");
    const { eventId } = await newEvent(creative);
    const file = await picture();
    const upload = await uploadOf(fan, eventId, [{ name: "a.png", bytes: file.length }]);
    const sign = { mediaId: "image1", operation: "PutObject" };
    const [put] = bodyOf(await fan.api("POST", `/uploads/${upload.uploadId}/sign`, sign)).requests;
    const mine = await pictureOwner(cloud, "profile", fan.api, fan.userId);
    const served = await mine.sent(file);
    const waiting = await mine.offered(file);
    bodyOf(await leave(fan), 204);
    await eventually(async () => expect(await everything(directory(upload))).toEqual([]));
    await eventually(async () => expect(await mine.keys()).toEqual([]));
    await eventually(async () => expect(await edge(served.url)).toBe(403));
    expect(
      (await fetch(put.url, { method: put.method, headers: put.headers, body: new Uint8Array(file) })).status,
    ).toBe(200);
    for (const form of [served.form, waiting]) {
      expect(await post(form, file)).toBe(204);
      expect(await edge(`${cloud.cdn}/${form.fields.key}`)).toBe(403);
    }
    await eventually(async () => expect(await mine.keys()).toEqual([]));
    for (const minutes of [16, 32, 48]) await settle(fan, minutes * MINUTE);
    expect(await everything(directory(upload))).toEqual([]);
    expect(await gallery(eventId)).toEqual([]);
    expect((await account(fan))!.state).toBe("closed");
    for (const form of [served.form, waiting]) expect(await edge(`${cloud.cdn}/${form.fields.key}`)).toBe(403);
  });

  it("takes along what was made in the moment it was deleted", async () => {
    const fan = await signUp("fan", "creative");
    const { eventId } = await newEvent(creative);
    bodyOf(await leave(fan), 204);
    // As a call would that was let through just before.
    const [{ Upload }, { Event }, { Collection }] = await Promise.all([
      import("@dropclip/core/upload"),
      import("@dropclip/core/event"),
      import("@dropclip/core/collection"),
    ]);
    const { uploadId } = await Upload.create({ eventId, fanId: fan.userId, ...tiny, idempotencyKey: "late" });
    const late = await Event.create({ creativeId: fan.userId, title: "Late" });
    const { collectionId } = await Collection.create({ creativeId: fan.userId, title: "Late" });
    const { Picture } = await import("@dropclip/core/picture");
    await expect(
      Picture.offer({ name: "me.png", bytes: 9 }, { kind: "profile", id: fan.userId }),
    ).rejects.toMatchObject({ code: "account.deleted" });
    for (const minutes of [16, 32, 48]) await settle(fan, minutes * MINUTE);
    expect((await account(fan))!.state).toBe("closed");
    expect((await Upload.readForChange(uploadId)).upload.status).toBe("deleted");
    expectProblem(await nobody("GET", `/events/${late.eventId}`), 404, "event.not_found");
    expectProblem(await nobody("GET", `/collections/${collectionId}`), 404, "collection.not_found");
    // The event's own settlement looks after its row.
    expect((await kept(fan)).filter((row) => !row.includes(late.eventId))).toEqual([]);
  });

  it("works off as much as it takes, slice by slice", async () => {
    const fan = await signUp("fan");
    const { eventId } = await newEvent(creative);
    const uploads = await Promise.all(Array.from({ length: 7 }, () => published(cloud, { eventId, by: fan.userId })));
    const [{ Account }, { settleAccount }] = await Promise.all([
      import("@dropclip/core/account"),
      import("@dropclip/functions/settle-account"),
    ]);
    await Account.remove({ userId: fan.userId, groups: ["fan"] });
    await settleAccount(fan.userId, later(0), 2);
    // All are out of sight after the first; the rest is asked for.
    expect(await gallery(eventId)).toEqual([]);
    await eventually(async () => {
      for (const upload of uploads) expect(await everything(directory(upload))).toEqual([]);
    });
    for (const minutes of [16, 32, 48, 64, 80]) await settleAccount(fan.userId, later(minutes * MINUTE), 2);
    await eventually(async () => expect((await account(fan))!.state).toBe("closed"));
  });
});

describe("DELETE /me of a creative", () => {
  it("is refused without a word about their events, and changes nothing", async () => {
    const person = await signUp("creative");
    const { eventId } = await newEvent(person.api);
    await newEvent(person.api);
    const photo = await ofOthers(eventId);
    const before = await records(cloud);
    const answer = await leave(person);
    expectProblem(answer, 409, "account.has_events");
    expect(answer.body.details).toEqual({ events: 2 });
    for (const query of ["?events=keep", "?events=", "?events=Delete"])
      expectProblem(await leave(person, query), 400, "request.invalid");
    expect(changes(before, await records(cloud))).toEqual([]);
    expect(bodyOf(await person.api("GET", "/me")).userId).toBe(person.userId);
    expect(await people.renews(person)).toBe(true);
    expect(await edge(photo.urls!.content)).toBe(200);
    // Who no longer is a creative has them still.
    expectProblem(await (await cloud.as("creative"))("DELETE", "/me"), 409, "account.has_events");
  });

  it("takes their events along when they say so, with all that fans sent to them", async () => {
    const person = await signUp("creative", "fan");
    const one = await pictureOwner(cloud, "flyer", person.api, person.userId);
    const flyer = await one.sent(await picture());
    const theirs = await ofOthers(one.eventId);
    const own = await published(cloud, { eventId: one.eventId, by: person.userId });
    const { eventId: elsewhere } = await newEvent(creative);
    const filmed = await published(cloud, { eventId: elsewhere, by: person.userId });
    const stays = await ofOthers(elsewhere);
    const { collectionId } = bodyOf(await person.api("POST", "/collections", { title: "Best" }), 201);
    bodyOf(await person.api("PUT", `/collections/${collectionId}/media/${theirs.uploadId}/image1`), 204);
    const gone = [flyer.url, theirs.urls!.content, own.urls!.content, filmed.urls!.content];
    for (const url of gone) expect(await edge(url)).toBe(200);

    bodyOf(await leave(person, "?events=delete"), 204);
    for (const [method, path, body] of [
      ["POST", "/events", { title: "Again" }],
      ["PATCH", `/events/${one.eventId}`, { title: "Again" }],
      ["DELETE", `/events/${one.eventId}`],
      ["POST", `/events/${one.eventId}/flyer`, { name: "f.png", bytes: 100 }],
      ["POST", "/collections", { title: "Again" }],
      ["DELETE", `/collections/${collectionId}`],
    ] as const)
      expectProblem(await person.api(method, path, body), 401, "account.deleted");
    bodyOf(await leave(person), 204);
    await eventually(async () => expectProblem(await nobody("GET", `/events/${one.eventId}`), 404, "event.not_found"));
    await eventually(async () =>
      expectProblem(await nobody("GET", `/collections/${collectionId}`), 404, "collection.not_found"),
    );
    const otherFan = await cloud.as("other-fan");
    await eventually(async () =>
      expect(bodyOf(await otherFan("GET", `/uploads/${theirs.uploadId}`)).status).toBe("deleted"),
    );
    await eventually(async () => expect(await everything(`events/${one.eventId}/`)).toEqual([]));
    await eventually(async () => expect(await everything(directory(filmed))).toEqual([]));
    await eventually(async () => expect(await Promise.all(gone.map(edge))).toEqual([403, 403, 403, 403]));
    await eventually(async () => expect(await people.knows(person)).toBe(false));
    expect(await gallery(elsewhere)).toEqual([stays.uploadId]);
    expect(await edge(stays.urls!.content)).toBe(200);
    const { settleEvent } = await import("@dropclip/functions/settle-event");
    for (const minutes of [16, 32, 48]) {
      await settle(person, minutes * MINUTE);
      await settleEvent(one.eventId, later(minutes * MINUTE));
    }
    expect((await account(person))!.state).toBe("closed");
    expect(await kept(person)).toEqual([]);
  });

  it("asks for no word when there are no events, or none any more", async () => {
    const person = await signUp("creative");
    const { eventId } = await newEvent(person.api);
    bodyOf(await person.api("DELETE", `/events/${eventId}`), 204);
    bodyOf(await leave(person), 204);
  });
});

describe("all of this", () => {
  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});
