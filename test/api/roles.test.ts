import { Sha256 } from "@aws-crypto/sha256-js";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { type Keys, roles } from "./roles.ts";
import { CONTENT, HOUR, IMAGES, keysIn, shiftedClock, UPLOADS } from "./support.ts";

const OTHER = "01900000-0000-7000-8000-00000000dead";
const clock = shiftedClock();
let cloud: TestCloud;
let tools: ReturnType<typeof roles>;
const clients: S3Client[] = [];
/** What S3 answers a session: `ok`, or the name of its error. */
const asking = (credentials: Keys) => {
  const client = new S3Client({
    region: cloud.region,
    endpoint: cloud.endpoints.s3,
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
  });
  clients.push(client);
  return (command: any): Promise<string> =>
    client.send(command).then(
      () => "ok",
      (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
        // HEAD has no body to name its error in.
        error.$metadata?.httpStatusCode === 403 && error.name !== "ExpiredToken" ? "AccessDenied" : error.name,
    );
};
const put = (Bucket: string, Key: string) => new PutObjectCommand({ Bucket, Key, Body: "x" });
/** What STS answers who wants a role. */
const assumed = (asked: Promise<Keys>) =>
  asked.then(
    () => "ok",
    (error: Error) => error.name,
  );

beforeAll(async () => {
  cloud = await testCloud({
    clock,
    adjust: (facts) => ({
      ...facts,
      rules: facts.rules.filter(({ name }) => !/object-created|picture-arrived/.test(name)),
    }),
  });
  tools = roles(cloud, clock);
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await cloud.dispose();
});

const fanTags = () => ({ eventId: DEMO_EVENT_ID, fanId: cloud.fanId });
const own = (key = "upload/video.mp4") => `events/${DEMO_EVENT_ID}/uploads/${cloud.fanId}/${key}`;
const seeded = async () => {
  for (const bucket of [UPLOADS, CONTENT, IMAGES])
    for (const key of [own(), `events/${OTHER}/uploads/${OTHER}/x.png`, `events/${DEMO_EVENT_ID}/flyer/x.png`])
      expect((await aws(cloud).s3("PUT", `/${bucket}/${key}`, {}, "there")).status).toBe(200);
};

describe("a session of the fan role", () => {
  it("sends to its own directory of the uploads bucket, and nowhere else", async () => {
    const ask = asking(await tools.session("uploads-api", "fan", fanTags()));
    const before = await Promise.all([UPLOADS, CONTENT, IMAGES].map((bucket) => keysIn(cloud, bucket)));
    expect(await ask(put(UPLOADS, own("upload/images/image1.png")))).toBe("ok");
    for (const key of [
      `events/${DEMO_EVENT_ID}/uploads/${cloud.creativeId}/upload/video.mp4`,
      `events/${DEMO_EVENT_ID}/uploads/${cloud.fanId}`,
      `events/${DEMO_EVENT_ID}/uploads/${cloud.fanId}x/video.mp4`,
      `events/${DEMO_EVENT_ID}/uploads/video.mp4`,
      `events/${DEMO_EVENT_ID}/flyer/x.png`,
      `events/${OTHER}/uploads/${cloud.fanId}/upload/video.mp4`,
      `events/*/uploads/${cloud.fanId}/upload/video.mp4`,
      `EVENTS/${DEMO_EVENT_ID}/uploads/${cloud.fanId}/upload/video.mp4`,
      `profiles/${cloud.fanId}/x.png`,
      ...["x", `/${own()}`, `x/${own()}`, `../${own()}`],
    ]) {
      expect([key, await ask(put(UPLOADS, key))]).toEqual([key, "AccessDenied"]);
      const begin = new CreateMultipartUploadCommand({ Bucket: UPLOADS, Key: key });
      expect([key, await ask(begin)]).toEqual([key, "AccessDenied"]);
    }
    for (const bucket of [CONTENT, IMAGES]) expect(await ask(put(bucket, own()))).toBe("AccessDenied");
    const after = await Promise.all([UPLOADS, CONTENT, IMAGES].map((bucket) => keysIn(cloud, bucket)));
    expect(after).toEqual([[own("upload/images/image1.png"), ...before[0]!].toSorted(), before[1], before[2]]);
  });

  it("reads, copies, marks and deletes nothing, its own neither, and lists no other's", async () => {
    await seeded();
    const ask = asking(await tools.session("uploads-api", "fan", fanTags()));
    for (const Bucket of [UPLOADS, CONTENT, IMAGES])
      for (const Key of [own(), `events/${OTHER}/uploads/${OTHER}/x.png`])
        for (const command of [
          new GetObjectCommand({ Bucket, Key }),
          new HeadObjectCommand({ Bucket, Key }),
          new DeleteObjectCommand({ Bucket, Key }),
          new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }], Quiet: true } }),
          new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [] } }),
          new PutObjectCommand({ Bucket, Key, Body: "x", Tagging: "hidden=true" }),
          new CopyObjectCommand({
            Bucket: UPLOADS,
            Key: own("upload/images/image9.png"),
            CopySource: `${Bucket}/${Key}`,
          }),
          new ListObjectsV2Command({ Bucket }),
          new ListObjectsV2Command({ Bucket, Prefix: `events/${DEMO_EVENT_ID}/uploads/` }),
          new ListObjectsV2Command({ Bucket, Prefix: `events/${OTHER}/uploads/${cloud.fanId}/` }),
          new ListObjectsV2Command({ Bucket, Prefix: `events/${DEMO_EVENT_ID}/uploads/${OTHER}/` }),
          new ListObjectsV2Command({ Bucket, Prefix: own("").slice(0, -1) }),
          new ListMultipartUploadsCommand({ Bucket }),
          new GetBucketPolicyCommand({ Bucket }),
        ]) {
          // DeleteObjects answers for each key by itself.
          const answer = await ask(command);
          const name = command.constructor.name;
          if (name !== "DeleteObjectsCommand")
            expect([name, Bucket, Key, answer]).toEqual([name, Bucket, Key, "AccessDenied"]);
        }
    expect(await ask(new ListBucketsCommand({}))).toBe("AccessDenied");
    for (const bucket of [UPLOADS, CONTENT, IMAGES]) {
      expect(await keysIn(cloud, bucket, own())).toEqual([own()]);
      expect((await aws(cloud).s3("GET", `/${bucket}/${own()}`)).text).toBe("there");
    }
  });

  it("lists what it has sent itself, but by no URL", async () => {
    const credentials = await tools.session("uploads-api", "fan", fanTags());
    const ask = asking(credentials);
    expect(await ask(new ListObjectsV2Command({ Bucket: UPLOADS, Prefix: own("upload/video.mp4") }))).toBe("ok");
    for (const Bucket of [CONTENT, IMAGES])
      expect(await ask(new ListObjectsV2Command({ Bucket, Prefix: own("upload/") }))).toBe("AccessDenied");
    const { host, hostname, port } = new URL(cloud.endpoints.s3);
    const signer = new SignatureV4({
      ...{ service: "s3", region: cloud.region, credentials, sha256: Sha256, uriEscapePath: false },
    });
    const { query } = await signer.presign({
      ...{ method: "GET", protocol: "http:", hostname, port: Number(port), path: `/${UPLOADS}` },
      query: { "list-type": "2", prefix: own("upload/") },
      headers: { host, "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" },
    });
    const url = `${cloud.endpoints.s3}/${UPLOADS}?${new URLSearchParams(query as Record<string, string>)}`;
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("AccessDenied")]);
  });

  it("lists and aborts its own multipart uploads, and no other's", async () => {
    const mine = asking(await tools.session("uploads-api", "fan", fanTags()));
    const theirs = asking(await tools.session("uploads-api", "fan", { ...fanTags(), fanId: OTHER }));
    const Key = own("upload/long.mp4");
    const { text } = await aws(cloud).s3("POST", `/${UPLOADS}/${Key}?uploads`);
    const UploadId = /<UploadId>([^<]+)</.exec(text)![1]!;
    const target = { Bucket: UPLOADS, Key, UploadId };
    expect(await theirs(new ListPartsCommand(target))).toBe("AccessDenied");
    expect(await theirs(new AbortMultipartUploadCommand(target))).toBe("AccessDenied");
    expect(await mine(new ListPartsCommand(target))).toBe("ok");
    expect(await mine(new AbortMultipartUploadCommand(target))).toBe("ok");
  });

  it("has no rights but in S3, and takes on no role", async () => {
    const credentials = await tools.session("uploads-api", "fan", fanTags());
    const api = aws({ ...cloud, credentials });
    for (const call of [
      api.dynamodb("Scan", { TableName: "dev-uploads" }),
      api.states("ListStateMachines", {}),
      api.invoke("dropclip-sweep-dev", {}),
    ])
      await expect(call).rejects.toThrow(/AccessDenied|is not authorized to perform/);
    for (const name of ["fan", "creative", "profile", "download"])
      expect(await assumed(tools.assume(credentials, name, fanTags()))).toBe("AccessDenied");
  });

  it("is over when its time is", async () => {
    const ask = asking(await tools.session("uploads-api", "fan", fanTags(), { DurationSeconds: 900 }));
    // Its clients' clock goes along: nothing is refused for its age.
    clock.aheadMs = HOUR / 4 + 1000;
    try {
      expect(await ask(put(UPLOADS, own("upload/late.mp4")))).toMatch(
        /^(ExpiredToken|AccessDenied|RequestTimeTooSkewed)$/,
      );
    } finally {
      clock.aheadMs = 0;
    }
    expect(await keysIn(cloud, UPLOADS, own("upload/late.mp4"))).toEqual([]);
  });
});

describe("sessions of the other signing roles", () => {
  it("a creative's sends to their own directories and reads what was sent to their event", async () => {
    await seeded();
    const ask = asking(
      await tools.session("events-api", "creative", { eventId: DEMO_EVENT_ID, creativeId: cloud.creativeId }),
    );
    expect(await ask(put(IMAGES, `events/${DEMO_EVENT_ID}/flyer/y.png`))).toBe("ok");
    expect(await ask(put(UPLOADS, `events/${DEMO_EVENT_ID}/uploads/${cloud.creativeId}/u/video.mp4`))).toBe("ok");
    for (const Bucket of [CONTENT, IMAGES]) expect(await ask(new GetObjectCommand({ Bucket, Key: own() }))).toBe("ok");
    for (const [bucket, key] of [
      [UPLOADS, own()],
      [IMAGES, `events/${OTHER}/flyer/y.png`],
      [IMAGES, own("upload/images/image1.jpg")],
      [CONTENT, own()],
    ] as const)
      expect([key, await ask(put(bucket, key))]).toEqual([key, "AccessDenied"]);
    for (const [Bucket, Key] of [
      [UPLOADS, own()],
      [CONTENT, `events/${OTHER}/uploads/${OTHER}/x.png`],
      [IMAGES, `events/${OTHER}/uploads/${OTHER}/x.png`],
    ] as const)
      expect(await ask(new GetObjectCommand({ Bucket, Key }))).toBe("AccessDenied");
    for (const Bucket of [UPLOADS, CONTENT, IMAGES]) {
      expect(await ask(new ListObjectsV2Command({ Bucket }))).toBe("AccessDenied");
      expect(await ask(new DeleteObjectCommand({ Bucket, Key: `events/${DEMO_EVENT_ID}/flyer/x.png` }))).toBe(
        "AccessDenied",
      );
    }
  });

  it("a profile's sends to one user's folder", async () => {
    const ask = asking(await tools.session("uploads-api", "profile", { userId: cloud.fanId }));
    expect(await ask(put(IMAGES, `profiles/${cloud.fanId}/x.png`))).toBe("ok");
    for (const key of [
      `profiles/${OTHER}/x.png`,
      "profiles/x.png",
      `profiles/${cloud.fanId}`,
      `events/${DEMO_EVENT_ID}/flyer/x.png`,
    ])
      expect(await ask(put(IMAGES, key))).toBe("AccessDenied");
    expect(await ask(new GetObjectCommand({ Bucket: IMAGES, Key: `profiles/${cloud.fanId}/x.png` }))).toBe(
      "AccessDenied",
    );
    expect(await ask(put(UPLOADS, own()))).toBe("AccessDenied");
  });
});

describe("a session of the download role", () => {
  const film = () => own("upload/video.mp4");
  const photo = () => own("upload/images/image1.jpg");
  const seed = async (hidden: boolean) => {
    const tagged = hidden ? { "x-amz-tagging": "hidden=true" } : { "x-amz-tagging": "other=true" };
    for (const bucket of [UPLOADS, CONTENT, IMAGES])
      for (const key of [film(), photo(), own("upload/hls/index.m3u8"), film().replace(DEMO_EVENT_ID, OTHER)])
        expect((await aws(cloud).s3("PUT", `/${bucket}/${key}`, tagged, "there")).status).toBe(200);
  };

  it("reads the published files of its event, and nothing else", async () => {
    await seeded();
    await seed(false);
    const ask = asking(await tools.session("public-api", "download", { eventId: DEMO_EVENT_ID }));
    expect(await ask(new GetObjectCommand({ Bucket: CONTENT, Key: film() }))).toBe("ok");
    expect(await ask(new GetObjectCommand({ Bucket: IMAGES, Key: photo() }))).toBe("ok");
    for (const [Bucket, Key] of [
      [UPLOADS, film()],
      [UPLOADS, photo()],
      [CONTENT, own("upload/hls/index.m3u8")],
      [CONTENT, photo()],
      [CONTENT, film().replace(DEMO_EVENT_ID, OTHER)],
      [IMAGES, film()],
      [IMAGES, `events/${DEMO_EVENT_ID}/flyer/x.png`],
    ] as const)
      expect([Bucket, Key, await ask(new GetObjectCommand({ Bucket, Key }))]).toEqual([Bucket, Key, "AccessDenied"]);
    for (const [Bucket, Key] of [
      [CONTENT, film()],
      [IMAGES, photo()],
    ] as const)
      for (const command of [
        put(Bucket, Key),
        new DeleteObjectCommand({ Bucket, Key }),
        new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [] } }),
        new ListObjectsV2Command({ Bucket }),
      ])
        expect(await ask(command)).toBe("AccessDenied");
  });

  it("reads nothing that is hidden", async () => {
    await seed(true);
    const ask = asking(await tools.session("public-api", "download", { eventId: DEMO_EVENT_ID }));
    expect(await ask(new GetObjectCommand({ Bucket: CONTENT, Key: film() }))).toBe("AccessDenied");
    expect(await ask(new GetObjectCommand({ Bucket: IMAGES, Key: photo() }))).toBe("AccessDenied");
  });
});

describe("the signing roles", () => {
  const TAGS = () => ({
    fan: fanTags(),
    creative: { eventId: DEMO_EVENT_ID, creativeId: OTHER },
    profile: { userId: OTHER },
    download: { eventId: DEMO_EVENT_ID },
  });
  const SIGNERS: Record<"fan" | "creative" | "profile" | "download", [string, ...string[]]> = {
    fan: ["uploads-api"],
    creative: ["uploads-api", "events-api"],
    profile: ["uploads-api"],
    download: ["public-api"],
  };

  it("are taken on by the functions that sign, and by no other, the operator neither", async () => {
    for (const [name, signers] of Object.entries(SIGNERS) as [keyof typeof SIGNERS, string[]][]) {
      const able: string[] = [];
      for (const fn of cloud.facts.functions) {
        const short = fn.name.replace(/^dropclip-(.*)-dev$/, "$1");
        const answer = await assumed(tools.session(short, name, TAGS()[name]));
        if (answer === "ok") able.push(short);
        else expect([short, answer]).toEqual([short, "AccessDenied"]);
      }
      expect(able.toSorted()).toEqual(signers.toSorted());
      expect(await assumed(tools.assume(cloud.credentials, name, TAGS()[name]))).toBe("AccessDenied");
    }
  });

  it("want exactly their tags", async () => {
    for (const [name, tags] of Object.entries(TAGS()) as [keyof typeof SIGNERS, Record<string, string>][]) {
      const [fn] = SIGNERS[name];
      expect(await assumed(tools.session(fn, name, tags))).toBe("ok");
      for (const wrong of [
        {},
        { ...tags, admin: "true" },
        ...Object.keys(tags).map((left) => Object.fromEntries(Object.entries(tags).filter(([key]) => key !== left))),
        ...Object.keys(tags).map((emptied) => ({ ...tags, [emptied]: "" })),
        Object.fromEntries(Object.entries(tags).map(([key, value]) => [key.toUpperCase(), value])),
      ])
        expect([name, wrong, await assumed(tools.session(fn, name, wrong))]).toEqual([name, wrong, "AccessDenied"]);
    }
  });

  it("take no tag that stands for more than itself", async () => {
    // STS takes no star in a tag at all.
    for (const fanId of ["*", "?".repeat(36), `${cloud.fanId}*`])
      expect(await assumed(tools.session("uploads-api", "fan", { ...fanTags(), fanId }))).toMatch(/Validation/);
    for (const fanId of ["..", `${OTHER}/..`, `../${cloud.fanId}`]) {
      const answer = await tools
        .session("uploads-api", "fan", { ...fanTags(), fanId })
        .then(asking, () => async () => "AccessDenied");
      expect(await answer(put(UPLOADS, own("upload/tricked.mp4")))).toBe("AccessDenied");
    }
  });
});
