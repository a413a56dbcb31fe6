import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

/** What happens seldom, done by the deployed functions with nothing but their own roles. */
let cloud: TestCloud;
let core: {
  Upload: typeof import("@dropclip/core/upload").Upload;
  Media: typeof import("@dropclip/core/media").Media;
  Event: typeof import("@dropclip/core/event").Event;
  EventEntity: typeof import("@dropclip/core/event.entity").EventEntity;
  QuotaEntity: typeof import("@dropclip/core/quota.entity").QuotaEntity;
  Keys: typeof import("@dropclip/core/keys").Keys;
  system: typeof import("@dropclip/core/ids").system;
};

beforeAll(async () => {
  cloud = await testCloud();
  const [{ Upload }, { Media }, { Event }, { EventEntity }, { QuotaEntity }, { Keys }, { system }] = await Promise.all([
    import("@dropclip/core/upload"),
    import("@dropclip/core/media"),
    import("@dropclip/core/event"),
    import("@dropclip/core/event.entity"),
    import("@dropclip/core/quota.entity"),
    import("@dropclip/core/keys"),
    import("@dropclip/core/ids"),
  ]);
  core = { Upload, Media, Event, EventEntity, QuotaEntity, Keys, system };
});
afterAll(() => cloud.dispose());

const HOUR = 60 * 60 * 1000;
const BIG = 20 * 1024 ** 2;
const ago = (ms: number) => ({ ...core.system, now: () => Date.now() - ms });
const UPLOADS = "/dropclip-uploads-dev";
const denials = () => cloud.access().denials;

describe("by their own roles", () => {
  it("whoever signs up becomes a fan", async () => {
    const { region, credentials, endpoints, issuer } = cloud;
    const cognito = new CognitoIdentityProvider({ region, credentials, endpoint: endpoints["cognito-idp"] });
    const UserPoolId = issuer.slice(issuer.lastIndexOf("/") + 1);
    const Username = "new@example.com";
    await cognito.adminCreateUser({ UserPoolId, Username, MessageAction: "SUPPRESS" });
    const event = { triggerSource: "PostConfirmation_ConfirmSignUp", userPoolId: UserPoolId, userName: Username };
    expect(await aws(cloud).invoke("dropclip-assign-group-dev", event)).toEqual(event);
    const { Groups } = await cognito.adminListGroupsForUser({ UserPoolId, Username });
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(["fan"]);
  });

  it("a creative sends parts to their own event, looks at them and gives them up", async () => {
    const call = await cloud.as("creative");
    const files = [{ name: "own.mp4", bytes: BIG }];
    const { uploadId } = (await call("POST", `/events/${DEMO_EVENT_ID}/uploads`, { files })).body;
    const sign = async (operation: string, more = {}) =>
      (await call("POST", `/uploads/${uploadId}/sign`, { mediaId: "video", operation, ...more })).body.requests[0];
    const send = ({ method, url, headers }: { method: string; url: string; headers: Record<string, string> }) =>
      fetch(url, { method, headers });
    const begin = async () =>
      (await call("POST", `/uploads/${uploadId}/media/video/multipart`)).body.s3UploadId as string;
    const first = await begin();
    expect((await send(await sign("ListParts"))).status).toBe(200);
    expect(await begin()).toBe(first);
    expect((await send(await sign("AbortMultipartUpload"))).status).toBe(204);
    const second = await begin();
    expect(second).not.toBe(first);
    expect((await send(await sign("ListParts", { s3UploadId: second }))).status).toBe(200);
  });

  it("a file MediaConvert blames is removed where it arrived", async () => {
    const upload = await core.Upload.create({
      eventId: DEMO_EVENT_ID,
      fanId: cloud.fanId,
      files: [{ name: "bad.mp4", bytes: 7 }],
    });
    const ref = { eventId: upload.eventId, fanId: upload.fanId, uploadId: upload.uploadId, mediaId: "video" };
    const key = core.Keys.staged(ref, "mp4");
    const input = JSON.stringify({ detail: { object: { key } } });
    const cause = JSON.stringify({ ErrorCode: 1010 });
    // Taken on by an execution, as its claim would have it.
    const head = Buffer.from("0000001c6674797069736f6d0000020069736f6d69736f3261766331", "hex");
    const arrival = { key, bytes: 7, etag: "e", sequencer: "1", executionArn: "arn:one" };
    expect((await core.Media.claim(arrival, async () => head)).route).toBe("video");
    const detail = { executionArn: "arn:one", status: "FAILED", input, error: "States.TaskFailed", cause };
    await aws(cloud).s3("PUT", `${UPLOADS}/${key}`, {}, "missing");
    await aws(cloud).invoke("dropclip-record-failure-dev", { detail });
    expect((await core.Upload.get({ uploadId: upload.uploadId, userId: cloud.fanId })).status).toBe("rejected");
    expect((await aws(cloud).s3("HEAD", `${UPLOADS}/${key}`)).status).toBe(404);
  });

  it("the sweep gives parts back, and asks again for what was left unsettled", async () => {
    const files = [{ name: "never.mp4", bytes: BIG }];
    const upload = await core.Upload.create({ eventId: DEMO_EVENT_ID, fanId: cloud.fanId, files }, ago(25 * HOUR));
    const ref = { eventId: upload.eventId, fanId: upload.fanId, uploadId: upload.uploadId, mediaId: "video" };
    const key = core.Keys.staged(ref, "mp4");
    expect((await aws(cloud).s3("POST", `${UPLOADS}/${key}?uploads=`)).status).toBe(200);
    const event = await core.Event.create({ creativeId: cloud.creativeId, title: "Gone" });
    await core.Event.remove({ eventId: event.eventId, creativeId: cloud.creativeId }, ago(HOUR));
    expect(await aws(cloud).invoke("dropclip-sweep-dev", {})).toMatchObject({ expired: 1, settlements: 1 });
    expect((await aws(cloud).s3("GET", `${UPLOADS}?uploads=`)).text).not.toContain(key);
    await eventually(async () => {
      const { data } = await core.EventEntity.get({ eventId: event.eventId }).go();
      expect(data?.state).toBe("closed");
    });
  });

  it("a deleted event's counts are forgotten when it is closed", async () => {
    const { eventId } = await core.Event.create({ creativeId: cloud.creativeId, title: "Counted" });
    const { uploadId } = await core.Upload.create({
      eventId,
      fanId: cloud.fanId,
      files: [{ name: "a.png", bytes: 1 }],
    });
    await core.Upload.remove({ uploadId });
    for (const source of [ago(HOUR), ago(0)])
      await core.Upload.noteRemoved(uploadId, { found: false, told: true }, source);
    await core.Event.remove({ eventId, creativeId: cloud.creativeId }, ago(HOUR));
    const quota = () => core.QuotaEntity.get({ eventId, fanId: cloud.fanId }).go({ consistent: true });
    expect((await quota()).data).not.toBeNull();
    await aws(cloud).invoke("dropclip-settle-dev", { detail: { eventId } });
    expect((await quota()).data).toBeNull();
  });

  it("nothing of it was denied", () => expect(denials()).toEqual([]));
});
