import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccess } from "../../src/access/index.ts";
import type { Credentials, Service } from "../../src/world.ts";
import { type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";
import { send, sign } from "../gate/wire.ts";
import { allow, iamOf, policy, ROLE, refusal, role, session } from "../iam/support.ts";

const B = "arn:aws:s3:::clips";
const iam = iamOf({
  roles: [role("worker", [policy(allow(["s3:GetObject", "s3:PutObject"], `${B}/*`, { Sid: "Clips" }))])],
});

let cloud: LocalCloud;
let startedMs: number;
beforeAll(async () => {
  let access: Service;
  const deferred: Service = {
    name: "dropclip",
    protocol: "json",
    handle: (call) => access.handle(call),
    fail: (call, error) => access.fail(call, error),
  };
  cloud = await startLocalCloud({ services: [deferred], allow: () => true });
  startedMs = cloud.clock.now();
  access = createAccess(cloud.world, iam);
});
afterAll(() => cloud.remove());

async function ask(target = "Dropclip.GetAccess", credentials?: Credentials) {
  const headers = { "x-amz-target": target, "content-type": "application/x-amz-json-1.1" };
  const signed = await sign(cloud, {
    method: "POST",
    path: "/",
    service: "dropclip",
    headers,
    body: "{}",
    credentials,
  });
  const answer = await send(cloud, signed.target, { ...signed, body: "{}" });
  return { ...answer, body: JSON.parse(answer.text) };
}

describe("Dropclip.GetAccess", () => {
  it("tells the operator what was used of each right, and what was refused", async () => {
    iam.authorize(session(), "s3:GetObject", `${B}/a`);
    refusal(() => iam.authorize(session(), "s3:DeleteObject", `${B}/a`));
    const { status, headers, body } = await ask();
    expect([status, headers["content-type"]]).toEqual([200, "application/x-amz-json-1.1"]);
    const grant = { policy: "policy1", statement: "Clips", effect: "Allow", resource: `${B}/*` };
    expect(body).toEqual({
      since: new Date(startedMs).toISOString(),
      roles: [
        {
          role: ROLE,
          grants: [
            { ...grant, action: "s3:GetObject", used: 1 },
            { ...grant, action: "s3:PutObject", used: 0 },
          ],
          denies: [],
        },
      ],
      denials: [
        {
          principal: ROLE,
          action: "s3:DeleteObject",
          resource: `${B}/a`,
          reason: "because no identity-based policy allows the s3:DeleteObject action",
          count: 1,
        },
      ],
    });
  });

  it("is nobody else's, whatever their policies say", async () => {
    const { status, body } = await ask(undefined, cloud.credentials.assumeRole(ROLE, "w"));
    expect([status, body.__type]).toEqual([400, "AccessDeniedException"]);
    const unsigned = await send(cloud, "/", { method: "POST", headers: { "x-amz-target": "Dropclip.GetAccess" } });
    expect(unsigned.status).toBe(400);
  });

  it("is the only operation", async () => {
    expect((await ask("Dropclip.PutAccess")).body.__type).toBe("UnknownOperationException");
  });
});
