import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEMO_EVENT_ID } from "../src/demo.ts";
import { User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";

const UPLOAD_ID = "019a0000-0000-7000-8000-000000000001";
const reportId = (number: number) => `019b0000-0000-7000-8000-00000000000${number}`;

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  await user.signIn(cloud, "creative@example.com");
  const at = { eventId: DEMO_EVENT_ID, uploadId: UPLOAD_ID, createdAt: "2026-01-02T03:04:05.000Z" };
  cloud.api.reports = [
    { ...at, reportId: reportId(2), mediaId: "image1", reason: "privacy", text: "That is me.\nPlease\u001b[31m!" },
    { ...at, reportId: reportId(1), mediaId: "video", reason: "spam" },
  ];
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

const reports = (...args: string[]) => user.run(["reports", ...args, "--api", cloud.base]);

describe("dropclip reports", () => {
  it("lists them by the names other commands take, each on one line", async () => {
    expect((await reports("demo")).stdout).toMatchInlineSnapshot(`
      "report                                media                                        reason   created               text
      019b0000-0000-7000-8000-000000000002  019a0000-0000-7000-8000-000000000001/image1  privacy  2026-01-02 03:04:05Z  That is me. Please!
      019b0000-0000-7000-8000-000000000001  019a0000-0000-7000-8000-000000000001/video   spam     2026-01-02 03:04:05Z
      "
    `);
    expect(JSON.parse((await reports("demo", "--json")).stdout)).toHaveLength(2);
    expect((await reports("demo", "--limit", "1")).stderr).toContain("there are more than these 1");
  });

  it("closes one, and again", async () => {
    for (let time = 0; time < 2; time++)
      expect((await reports("demo", "--close", reportId(2))).stdout).toBe(`closed ${reportId(2)}\n`);
    expect(cloud.api.reports.map((one) => one.reportId)).toEqual([reportId(1)]);
    expect((await reports("demo", "--close", "../x")).stderr).toBe("dropclip: --close ../x: not a UUID\n");
  });

  it("says so when there are none", async () => {
    cloud.api.reports = [];
    expect((await reports("demo")).stdout).toBe("no reports\n");
  });

  it("shows nobody another's", async () => {
    await user.signIn(cloud, "other-creative@example.com");
    expect((await reports("demo")).code).toBe(2);
  });
});

describe("dropclip profile", () => {
  const profile = async (...args: string[]) =>
    JSON.parse((await user.run(["profile", ...args, "--json", "--api", cloud.base])).stdout);

  it("shows what is said, and changes what is named only", async () => {
    expect(await profile()).toMatchObject({ public: false });
    expect(await profile("--name", "The Band")).toMatchObject({ displayName: "The Band", public: false });
    expect(await profile("--public")).toMatchObject({ displayName: "The Band", public: true });
    expect(await profile("--no-name", "--private")).toMatchObject({ public: false });
    const run = await user.run(["profile", "--api", cloud.base]);
    expect(run.stdout).toContain("seen by  nobody, unless you have an event");
    const both = await user.run(["profile", "--public", "--private", "--api", cloud.base]);
    expect(both.code).toBe(1);
  });
});
