import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hmacSha256 } from "../../src/gate/sha256.ts";
import { formatAmzDate, signingKey } from "../../src/gate/signature.ts";
import type { Credentials } from "../../src/world.ts";
import { ACCOUNT, type LocalCloud, REGION, startLocalCloud } from "../gate/local-cloud.ts";
import { send } from "../gate/wire.ts";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({
    allow: ({ who, action, context }) => who !== "*" && action === "s3:PutObject" && context["s3:authType"] === "POST",
  });
});
afterAll(() => cloud.remove());

// biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
const KEY = "fan/${filename}";

type Field = [name: string, value: string];

interface Form {
  conditions?: unknown[];
  fields?: Field[];
  file?: string | Buffer;
  fileName?: string;
  expiration?: string;
  credentials?: Credentials;
  /** Changes the fields after they were signed. */
  tamper?: (fields: Field[]) => Field[];
  body?: (whole: Buffer) => Buffer;
}

/** A browser's form, its policy covering what it sends unless told otherwise. */
async function post({ fields = [["key", KEY]], file = "hello", fileName = "a b.mov", ...more }: Form = {}) {
  const credentials = more.credentials ?? cloud.credentials.operator();
  const now = cloud.clock.now();
  const time = formatAmzDate(now);
  const signing: Field[] = [
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    ["X-Amz-Credential", `${credentials.accessKeyId}/${time.slice(0, 8)}/${REGION}/s3/aws4_request`],
    ["X-Amz-Date", time],
  ];
  if (credentials.sessionToken) signing.push(["X-Amz-Security-Token", credentials.sessionToken]);
  const covered = more.conditions ?? [
    { bucket: "clips" },
    ["starts-with", "$key", "fan/"],
    ["content-length-range", 1, 10],
  ];
  const conditions = [...covered, ...signing.map(([name, value]) => ({ [name]: value }))];
  const expiration = more.expiration ?? new Date(now + 60_000).toISOString();
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString("base64");
  const key = signingKey(credentials.secretAccessKey, time.slice(0, 8), REGION, "s3");
  const signed: Field[] = [
    ...fields,
    ...signing,
    ["Policy", policy],
    ["X-Amz-Signature", hmacSha256(key, policy).toString("hex")],
  ];
  const boundary = "----formboundary";
  const parts = (more.tamper?.(signed) ?? signed).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: video/mp4\r\n\r\n`;
  const whole = Buffer.concat([
    Buffer.from(parts.join("") + head),
    Buffer.from(file),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const body = more.body?.(whole) ?? whole;
  const headers = {
    "content-type": `multipart/form-data; boundary=${boundary}`,
    "content-length": String(body.length),
  };
  return send(cloud, "/clips", { method: "POST", headers, body });
}

const stored = (key: string) => cloud.s3.files.find("clips", key);

describe("a browser's upload form", () => {
  it("stores its file under the key it names, with an event of its own kind", async () => {
    const answer = await post();
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      etag: '"5d41402abc4b2a76b9719d911017c592"',
      location: `${cloud.url}/clips/fan/a%20b.mov`,
    });
    expect(stored("fan/a b.mov")).toMatchObject({ bytes: 5, contentType: "binary/octet-stream" });
    expect(cloud.events.at(-1)!.detail).toMatchObject({
      reason: "POST Object",
      object: { key: "fan/a b.mov", size: 5 },
    });
  });

  it("stores bytes that look like boundaries", async () => {
    const file = Buffer.from("\r\n--x\r\n--");
    expect((await post({ file, fileName: "tricky" })).status).toBe(204);
    expect(stored("fan/tricky")!.bytes).toBe(file.length);
  });

  it("answers 201 with a document, or 200, as it asks", async () => {
    const conditions = [
      ["starts-with", "$key", ""],
      ["starts-with", "$success_action_status", ""],
    ];
    const ask = (status: string) =>
      post({
        conditions,
        fields: [
          ["key", "k"],
          ["success_action_status", status],
        ],
      });
    const created = await ask("201");
    expect(created.status).toBe(201);
    expect(created.text).toContain(
      "<Bucket>clips</Bucket><Key>k</Key><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag>",
    );
    expect([(await ask("200")).status, (await ask("299")).status]).toEqual([200, 204]);
  });

  it("redirects as it asks", async () => {
    const conditions = [
      ["starts-with", "$key", ""],
      ["starts-with", "$success_action_redirect", "https://dropclip.example/"],
    ];
    const answer = await post({
      conditions,
      fields: [
        ["key", "k"],
        ["success_action_redirect", "https://dropclip.example/done?a=b"],
      ],
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toMatch(/^https:\/\/dropclip\.example\/done\?a=b&bucket=clips&key=k&etag=%22/);
  });

  it("tells policies how old its signature is", async () => {
    await post();
    expect(cloud.asked.at(-1)!.context).toMatchObject({
      "s3:authType": "POST",
      "s3:signatureversion": "AWS4-HMAC-SHA256",
      "s3:signatureAge": expect.stringMatching(/^\d{1,3}$/),
    });
  });

  it("gives its file the tags of its document, where its signer may", async () => {
    const tagging = "<Tagging><TagSet><Tag><Key>hidden</Key><Value>true</Value></Tag></TagSet></Tagging>";
    const conditions = [
      ["starts-with", "$key", ""],
      ["eq", "$tagging", tagging],
    ];
    const fields: Field[] = [
      ["key", "tagged"],
      ["tagging", tagging],
    ];
    expect((await post({ conditions, fields })).status).toBe(204);
    expect(stored("tagged")!.tags).toEqual({ hidden: "true" });
    const mayOnlyPut = cloud.credentials.assumeRole(`arn:aws:iam::${ACCOUNT}:role/fan`, "f");
    expect((await post({ conditions, fields, credentials: mayOnlyPut })).code).toBe("AccessDenied");
    expect((await post({ conditions: [["starts-with", "$key", ""]], fields })).code).toBe("AccessDenied");
    const malformed: Field[] = [fields[0]!, ["tagging", "hidden=true"]];
    expect((await post({ conditions: [conditions[0], ["starts-with", "$tagging", ""]], fields: malformed })).code).toBe(
      "MalformedXML",
    );
  });

  it("keeps type, headers and metadata from its fields", async () => {
    const conditions = [
      ["starts-with", "$key", ""],
      ["starts-with", "$Content-Type", "video/"],
      { "x-amz-meta-fan": "f" },
    ];
    await post({
      conditions,
      fields: [
        ["key", "typed"],
        ["Content-Type", "video/mp4"],
        ["x-amz-meta-fan", "f"],
      ],
    });
    expect(stored("typed")).toMatchObject({ contentType: "video/mp4", metadata: { fan: "f" } });
  });

  it("works for a session of a role", async () => {
    const credentials = cloud.credentials.assumeRole(`arn:aws:iam::${ACCOUNT}:role/fan`, "fan-1");
    expect((await post({ credentials })).status).toBe(204);
    expect(cloud.asked.at(-1)).toMatchObject({
      who: `arn:aws:sts::${ACCOUNT}:assumed-role/fan/fan-1`,
      context: { "s3:authType": "POST" },
    });
  });

  const swap = (field: string, to: string) => (fields: Field[]) =>
    fields.map(([name, value]): Field => [name, name === field ? to : value]);

  it.each<[string, Form, number, string]>([
    ["a key outside its policy", { fields: [["key", "other/x"]] }, 403, "AccessDenied"],
    [
      "a key that the file's name leads outside",
      { conditions: [{ key: "fan/a" }], fields: [["key", KEY]] },
      403,
      "AccessDenied",
    ],
    [
      "a field that its policy does not name",
      {
        fields: [
          ["key", "fan/x"],
          ["x-amz-meta-a", "b"],
        ],
      },
      403,
      "AccessDenied",
    ],
    ["a policy that has expired", { expiration: "2020-01-01T00:00:00Z" }, 403, "AccessDenied"],
    ["a policy without an end", { expiration: "never" }, 400, "InvalidPolicyDocument"],
    [
      "another bucket in its policy",
      { conditions: [{ bucket: "other" }, ["starts-with", "$key", ""]] },
      403,
      "AccessDenied",
    ],
    ["a condition of no known kind", { conditions: [["ends-with", "$key", "x"]] }, 400, "InvalidPolicyDocument"],
    ["a file too large", { file: "hello world" }, 400, "EntityTooLarge"],
    ["a file too small", { file: "" }, 400, "EntityTooSmall"],
    [
      "another policy than was signed",
      { tamper: swap("Policy", Buffer.from("{}").toString("base64")) },
      403,
      "SignatureDoesNotMatch",
    ],
    ["another signature", { tamper: swap("X-Amz-Signature", "0".repeat(64)) }, 403, "SignatureDoesNotMatch"],
    ["an unknown key", { credentials: { accessKeyId: "AKIAX", secretAccessKey: "x" } }, 403, "InvalidAccessKeyId"],
    ["no policy", { tamper: (fields) => fields.filter(([name]) => name === "key") }, 403, "AccessDenied"],
    [
      "a metadata name that is no header's",
      {
        conditions: [["starts-with", "$key", ""], { "x-amz-meta-a b": "c" }],
        fields: [
          ["key", "k"],
          ["x-amz-meta-a b", "c"],
        ],
      },
      400,
      "InvalidArgument",
    ],
    ["no key", { fields: [] }, 400, "InvalidArgument"],
    [
      "no file",
      { body: (whole) => Buffer.from(whole.toString().replace('name="file"', 'name="data"')) },
      400,
      "InvalidArgument",
    ],
    [
      "fields of more than 20 KB",
      { fields: [["key", `fan/${"x".repeat(30_000)}`]] },
      400,
      "MaxPostPreDataLengthExceeded",
    ],
    ["no end", { body: (whole) => whole.subarray(0, -10) }, 400, "IncompleteBody"],
    ["no part at all", { body: () => Buffer.from("hello") }, 400, "IncompleteBody"],
  ])("with %s is refused, and nothing is stored", async (_name, form, status, code) => {
    const before = cloud.events.length;
    const answer = await post(form);
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(cloud.events.length).toBe(before);
  });
});
