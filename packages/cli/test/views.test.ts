import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";

const UPLOAD_ID = "019a0000-0000-7000-8000-000000000001";

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  await user.signIn(cloud, "creative@example.com");
  const day = { day: "2026-06-02", plays: 12, opens: 3, bytes: 45_200_000 };
  const event = { from: "2026-06-01", to: "2026-06-30", plays: 12, opens: 3, bytes: 45_200_000, days: [day] };
  const media = [
    { uploadId: UPLOAD_ID, mediaId: "video", plays: 12, opens: 0, bytes: 44_000_000 },
    { uploadId: UPLOAD_ID, mediaId: "image1", plays: 0, opens: 3, bytes: 1_200_000 },
  ];
  cloud.api.views = { event, media };
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

const views = (...args: string[]) => user.run(["views", ...args, "--api", cloud.base]);

describe("dropclip views", () => {
  it("tells how often an event was watched: in all, by day, and what most", async () => {
    expect((await views("demo")).stdout).toMatchInlineSnapshot(`
      "days   2026-06-01 to 2026-06-30
      plays  12
      opens  3
      sent   45.2 MB

      day         plays  opens     sent
      2026-06-02     12      3  45.2 MB

      media                                        plays  opens     sent
      019a0000-0000-7000-8000-000000000001/video      12      0  44.0 MB
      019a0000-0000-7000-8000-000000000001/image1      0      3   1.2 MB
      "
    `);
    const { media, ...event } = JSON.parse((await views("demo", "--json")).stdout);
    expect({ event, media }).toEqual(cloud.api.views);
    expect((await views("demo", "--limit", "1")).stderr).toContain("there are more than these 1");
  });

  it("asks of the named days, and ranks media over them where they are few", async () => {
    await views("demo", "--from", "2026-06-01", "--to", "2026-06-30");
    expect(cloud.api.asked.get("views")).toBe("from=2026-06-01&to=2026-06-30");
    expect(cloud.api.asked.get("media")).toContain("from=2026-06-01&to=2026-06-30");
    await views("demo", "--from", "2026-01-01", "--to", "2026-06-30");
    expect(cloud.api.asked.get("views")).toBe("from=2026-01-01&to=2026-06-30");
    expect(cloud.api.asked.get("media")).not.toContain("from");
  });

  it("is of one thing", async () => {
    for (const args of [[], ["demo", "--media", `${UPLOAD_ID}/video`]])
      expect(await views(...args)).toMatchObject({ code: 1, stderr: expect.stringContaining("one of them") });
    expect((await views("--media", "video")).stderr).toContain("not like UPLOAD/video");
  });
});
