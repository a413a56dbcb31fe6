import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Bill, Cost, PRICES } from "@dropclip/core/cost";
import { describe, expect, it } from "vitest";
import { pathBy, readMachinery } from "../src/cost/machinery.ts";
import { costText, moneyText } from "../src/cost/report.ts";
import { User } from "./support/cli.ts";

const ROOT = join(import.meta.dirname, "../../..");
const { machinery, standing } = readMachinery(join(ROOT, "stacks/graph.json"));
const page = { paint: (_color: string, text: string) => text, width: undefined };

const clip = (changes: Partial<Cost.Row> = {}): Cost.Row => ({
  ...{ mediaId: "video", contentType: "video", status: "complete", bytes: 100e6 },
  ...{ width: 1920, height: 1080, durationMs: 60_000, conversion: { fps: 30 } },
  ...changes,
});
const convert = (changes?: Partial<Cost.Row>) => {
  const { once } = Cost.ofMedia(clip(changes), machinery);
  const lines = Bill.of(once).lines.filter(({ item }) => /^MediaConvert, (SD|HD)$/.test(item));
  return Number(lines.reduce((sum, { cost = 0 }) => sum + cost, 0).toFixed(6));
};

describe("what a clip costs", () => {
  it.each<[string, Partial<Cost.Row>, number]>([
    ["a minute of 1080p30: two HD outputs and two SD", {}, 0.045],
    ["the same upright", { width: 1080, height: 1920 }, 0.045],
    ["the same at 60 frames a second", { conversion: { fps: 60 } }, 0.09],
    ["the same at 29.97", { conversion: { fps: 30000 / 1001 } }, 0.045],
    ["a minute of 720p30", { width: 1280, height: 720 }, 0.03],
    ["a minute of 480 lines", { width: 854, height: 480 }, 0.015],
    ["four seconds, billed as ten", { durationMs: 4000 }, 0.0075],
    ["ten seconds and a bit, billed as eleven", { durationMs: 10_001 }, 0.00825],
    ["HDR, whose tier has no known price", { conversion: { fps: 30, hdr: true } }, 0],
  ])("of %s", (_, changes, usd) => expect(convert(changes)).toBe(usd));

  it("names what has no known price, and what the record does not tell", () => {
    const { once } = Cost.ofMedia(clip({ conversion: { fps: 30, hdr: true } }), machinery);
    expect(Bill.of(once).unknown).toContain("MediaConvert, professional tier");
    expect(Cost.ofMedia(clip({ conversion: undefined }), machinery).assumed).toEqual(["at most 30 frames a second"]);
  });

  it("is nothing for a file that never came, and little for one that was refused", () => {
    expect(Cost.ofMedia(clip({ status: "expired" }), machinery).once).toEqual({});
    const refused = { status: "rejected", width: undefined, height: undefined, durationMs: undefined } as const;
    const { once, monthly } = Cost.ofMedia(clip(refused), machinery);
    expect(Bill.of(once).total).toBeLessThan(0.001);
    expect(Bill.of(once).total).toBeGreaterThan(0);
    expect(monthly).toEqual({});
  });

  it("counts a photo's work and no conversion", () => {
    const { once } = Cost.ofMedia(clip({ mediaId: "image1", contentType: "image" }), machinery);
    expect(Object.keys(once).filter((item) => item.startsWith("MediaConvert"))).toEqual([]);
    expect(once["Step Functions"]).toBe(6);
  });
});

describe("what the graph says of it", () => {
  it("is the states that an execution passes, and each function's memory", () => {
    expect(machinery.states).toEqual({ video: 8, image: 6 });
    expect(machinery.memoryMb).toMatchObject({ publish: 1769, "publish-image": 3008, "claim-upload": 512 });
    expect(standing.alarmMetrics).toBeGreaterThan(standing.dashboards);
  });
  it("fails where no execution passes a state", () => {
    expect(() => pathBy({ StartAt: "A", States: { A: {} } }, "B")).toThrow("No execution passes B");
  });
});

describe("dropclip cost", () => {
  const user = new User();
  const run = (...args: string[]) => user.run(["cost", ...args]);

  it("tells what a month costs, line by line, and which prices are not confirmed", async () => {
    const { stdout, code } = await run("--month", "--uploads", "50", "--minutes", "40", "--views", "2000");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^MediaConvert, HD +\d+ +minute of output +\$0\.015 \? +\$1\./m);
    expect(stdout).toMatch(/^Step Functions +400 +transition +\$0\.000025 +\$0\.010$/m);
    expect(stdout).toMatch(/^total: \$[\d.]+, of which \$[\d.]+ by prices that are not confirmed \(\?\)$/m);
    expect(stdout).toContain("without what has no known price: MediaConvert, sound alone;");
    const json = JSON.parse((await run("--month", "--uploads", "1", "--minutes", "1", "--json")).stdout);
    const hd = json.lines.find(({ item }: { item: string }) => item === "MediaConvert, HD");
    expect(hd).toMatchObject({ amount: 2, usd: 0.015, cost: 0.03, confirmed: false });
    expect(json.total).toBeCloseTo(
      json.lines.reduce((sum: number, { cost = 0 }) => sum + cost, 0),
      9,
    );
  });

  it.each([
    [[], "exactly one of"],
    [["--month", "--event", "demo"], "exactly one of"],
    [["--month", "--uploads", "1"], "--month needs"],
    [["--event", "demo", "--views", "3"], "--month needs"],
  ])("refuses %j", async (args, reason) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
  });

  it("says in one line that an upload does not exist, and who reads a record as an operator", async () => {
    // AWS answers nothing here: what is asked is refused before.
    const { stderr, code } = await user.run(["uploads", "show", "demo", "--operator", "--user", "fan"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("'--operator' cannot be used with option '--user <name>'"),
    ]);
  });

  it("says so where nothing was done", () => expect(costText(Bill.of({}), [], page)).toContain("nothing was done"));
});

describe("the documents", () => {
  const MONTHS = [
    [50, 40, 2000],
    [1000, 800, 50_000],
    [10_000, 8000, 1_000_000],
  ] as const;
  it.each(MONTHS)("have a month of %i uploads as it is counted", (uploads, minutes, views) => {
    const count = (amounts: ReturnType<typeof Cost.ofMonth>, part?: RegExp) => {
      const lines = Bill.of(amounts).lines.filter(({ item }) => !part || part.test(item));
      return moneyText(lines.reduce((sum, { cost = 0 }) => sum + cost, 0));
    };
    const month = Cost.ofMonth({ uploads, minutes, views }, machinery, standing);
    const cells = [/^MediaConvert/, /^CloudFront/, /^CloudWatch/, undefined].map((part) => count(month, part));
    const row = `| ${[uploads, minutes, views].map((one) => one.toLocaleString("en")).join(" | ")} | ${cells.join(" | ")} |`;
    expect(readFileSync(join(ROOT, "README.md"), "utf8")).toContain(row);
  });
  it.each(Object.entries(PRICES))(
    "have the price of %s, with its source and whether it is confirmed",
    (item, price) => {
      const usd =
        price.usd === undefined ? "not known" : `$${price.usd.toFixed(10).replace(/0+$/, "").replace(/\.$/, "")}`;
      const row = `| ${item} | ${usd} | ${price.unit} | ${price.confirmed ? "yes" : "no"} | ${price.source} |`;
      expect(readFileSync(join(ROOT, "docs/cost.md"), "utf8")).toContain(row);
    },
  );
});
