import { Account } from "@dropclip/core/account";
import { config } from "@dropclip/core/config";
import { Picture } from "@dropclip/core/picture";
import { Profile } from "@dropclip/core/profile";
import { Report } from "@dropclip/core/report";
import { Sendable } from "@dropclip/core/sendable";
import * as Signed from "@dropclip/core/signed";
import { Upload } from "@dropclip/core/upload";
import { User } from "@dropclip/core/user";
import * as v from "valibot";
import { requestPage, requestSettlement } from "../../aws/settling.ts";
import { Users } from "../../aws/users.ts";
import { body, respond } from "../http.ts";
import { Parts } from "../parts.ts";
import { PictureForm } from "../picture-form.ts";
import { route, routes } from "../route.ts";
import { IDEMPOTENCY, idempotencyKey, listOf, pageQuery } from "../shapes.ts";
import { Sign } from "../sign.ts";

/** What those who film do: uploads, their signatures, and who they are. */
export const group = routes("uploads");

route(
  group,
  "POST /events/{eventId}/uploads",
  {
    operationId: "createUpload",
    summary: "Announces files to an event; each then waits for its bytes",
    access: "user",
    kind: "write",
    headers: IDEMPOTENCY,
    body: v.object({ files: Upload.Files }),
    answer: { status: 201, schema: Upload.Info, description: "The upload's record." },
    errors: ["not_found", "conflict", "too_large", "unsupported", "unprocessable", "too_many"],
  },
  async (c, user, { eventId }) => {
    const upload = await Upload.create({
      files: (await body(c)).files,
      eventId,
      fanId: user.userId,
      groups: user.groups,
      ...idempotencyKey(c.req.header("idempotency-key")),
    });
    return respond(c, upload, 201);
  },
);

route(
  group,
  "POST /uploads/{uploadId}/sign",
  {
    operationId: "signUpload",
    summary: "Signs the S3 calls that send one file: PutObject, or those of the multipart upload that was begun for it",
    access: "user",
    kind: "sign",
    body: Sendable.Input,
    answer: {
      status: 200,
      schema: Signed.Requests,
      description: "Signed calls: send each with its headers and a body of the announced length.",
    },
    errors: ["not_found", "conflict", "gone"],
  },
  async (c, user, { uploadId }) => respond(c, await Sign.sign({ ...(await body(c)), uploadId, ...user })),
);

route(
  group,
  "POST /uploads/{uploadId}/media/{mediaId}/multipart",
  {
    operationId: "beginMultipart",
    summary: "Begins the multipart upload that sends one file; asked again it names the one that is under way",
    access: "user",
    kind: "sign",
    answer: {
      status: 201,
      schema: Signed.Multipart,
      description: "S3's id of the multipart upload. Sign parts for it; once it is aborted this begins another one.",
    },
    errors: ["not_found", "conflict", "gone"],
  },
  async (c, user, { uploadId, mediaId }) => {
    return respond(c, await Parts.begin({ uploadId, mediaId, ...user }), 201);
  },
);

route(
  group,
  "GET /uploads/{uploadId}",
  {
    operationId: "getUpload",
    summary: "The record of an upload: its fan's, or one to the creative's event",
    access: "user",
    answer: { status: 200, schema: Upload.Info, description: "The record." },
    errors: ["not_found"],
  },
  async (c, user, { uploadId }) => respond(c, await Upload.get({ uploadId, ...user })),
);

route(
  group,
  "DELETE /uploads/{uploadId}",
  {
    operationId: "deleteUpload",
    summary: "Deletes an upload: its fan, or the event's creative",
    access: "user",
    kind: "write",
    irreversible: true,
    answer: { status: 204, description: "It is gone; what is stored of it is removed in the background." },
    errors: ["not_found"],
  },
  async (c, user, { uploadId }) => {
    if (await Upload.remove({ uploadId, by: user })) await requestSettlement({ uploadId });
    return c.body(null, 204);
  },
);

route(
  group,
  "POST /uploads/{uploadId}/media/{mediaId}/reports",
  {
    operationId: "reportMedia",
    summary:
      "Reports a published media to its event's creative; said again, it takes the place of what was said before",
    access: "user",
    kind: "write",
    body: Report.New,
    answer: { status: 201, schema: Report.Info, description: "The report. The creative is not told whose it is." },
    errors: ["not_found", "too_many"],
  },
  async (c, { userId }, { uploadId, mediaId }) => {
    return respond(c, await Report.create({ ...(await body(c)), uploadId, mediaId, userId }), 201);
  },
);

/** The user, as they see themselves. */
async function me(user: User.Caller, own: Promise<Profile.Own>): Promise<User.Info> {
  const [said, { served, offer }] = await Promise.all([own, Picture.get({ kind: "profile", id: user.userId })]);
  return { ...user, ...said, ...(served ? { picture: served } : {}), ...(offer ? { pictureUpload: offer } : {}) };
}

route(
  group,
  "GET /me",
  {
    operationId: "getMe",
    summary: "Who is signed in",
    access: "user",
    answer: { status: 200, schema: User.Info, description: "The user, and what they say of themselves." },
    errors: [],
  },
  async (c, user) => respond(c, await me(user, Profile.own(user.userId))),
);

route(
  group,
  "PATCH /me",
  {
    operationId: "updateMe",
    summary: "Changes what the user says of themselves, and whether everybody may see it",
    access: "user",
    kind: "write",
    body: Profile.Changes,
    answer: { status: 200, schema: User.Info, description: "The user, and what they say of themselves." },
    errors: [],
  },
  async (c, user) => {
    const changed = await me(user, Profile.update({ ...(await body(c)), userId: user.userId }));
    // The pages of their events name them.
    if (user.groups.includes("creative")) await requestPage({ creativeId: user.userId });
    return respond(c, changed);
  },
);

route(
  group,
  "GET /me/uploads",
  {
    operationId: "listMyUploads",
    summary: "The user's own uploads, newest first",
    access: "user",
    query: pageQuery,
    answer: { status: 200, schema: listOf("uploads", Upload.Info), description: "A page of records." },
    errors: [],
  },
  async (c, { userId }) => respond(c, await Upload.listOwn({ ...c.req.query(), userId })),
);

route(
  group,
  "POST /me/picture",
  {
    operationId: "createPicture",
    summary: "A form to post the user's new profile picture with",
    access: "user",
    kind: "write",
    body: Picture.File,
    answer: {
      status: 201,
      schema: Signed.PostForm,
      description: "Post the fields, then the picture as `file`, to `url`.",
    },
    errors: ["too_large", "unsupported"],
  },
  async (c, { userId }) => {
    const identity = { roleArn: config.profileRole, tags: { userId } };
    return respond(c, await PictureForm.make(await body(c), { kind: "profile", id: userId }, identity), 201);
  },
);

route(
  group,
  "DELETE /me/picture",
  {
    operationId: "deletePicture",
    summary: "Takes the user's profile picture away, and any that was offered",
    access: "user",
    kind: "write",
    irreversible: true,
    answer: { status: 204, description: "There is none; what is stored of it is removed in the background." },
    errors: [],
  },
  async (c, { userId }) => {
    if (await Picture.remove({ kind: "profile", id: userId })) await requestSettlement({ userId });
    return c.body(null, 204);
  },
);

route(
  group,
  "DELETE /me",
  {
    operationId: "deleteMe",
    summary: "Deletes the user's account and everything that is theirs; there is no way back",
    access: "user",
    // No group gives the right to leave: who repeats it is in none any more.
    kind: "leave",
    query: Account.Consent,
    answer: {
      status: 204,
      description: "Their tokens open nothing any more; what is theirs is removed in the background.",
    },
    errors: ["conflict"],
  },
  async (c, { userId }) => {
    const groups = await Users.groupsOf(userId);
    if (await Account.remove({ ...c.req.query(), userId, groups })) await requestSettlement({ userId });
    return c.body(null, 204);
  },
);
