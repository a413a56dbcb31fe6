import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Measured } from "../src/metrics.ts";

const KEY =
  "events/0198c0de-0000-7000-8000-000000000000/uploads/0198c0de-0000-7000-8000-000000000001/0198c0de-0000-7000-8000-000000000002/video.mov";

let lines: any[];
beforeEach(() => {
  vi.stubEnv("STAGE", "show");
  lines = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    lines.push(JSON.parse(String(text)));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What CloudWatch reads out of a line: each metric by name, once for each set of dimensions. */
function metricsOf(line: any) {
  const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
  return (Metrics as { Name: string; Unit: string }[]).flatMap(({ Name, Unit }) =>
    (Dimensions as string[][]).map((names) => [
      ...[Namespace, Name, Unit, line[Name]],
      Object.fromEntries(names.map((name) => [name, line[name]])),
    ]),
  );
}

describe("a line of metrics", () => {
  it("comes without a word beside it", () => {
    const warned = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    Measured.received(KEY, 1);
    Measured.swept({ stuck: 0, overdue: 0 });
    expect([lines.length, warned.mock.calls]).toEqual([2, []]);
  });

  it("counts a file for the stage, and for its kind there", () => {
    Measured.received(KEY, 1234);
    expect(lines).toHaveLength(1);
    expect(metricsOf(lines[0])).toEqual([
      ["dropclip", "MediaReceived", "Count", 1, { Stage: "show" }],
      ["dropclip", "MediaReceived", "Count", 1, { Stage: "show", ContentType: "video" }],
      ["dropclip", "BytesReceived", "Bytes", 1234, { Stage: "show" }],
      ["dropclip", "BytesReceived", "Bytes", 1234, { Stage: "show", ContentType: "video" }],
    ]);
  });

  it("keeps the reason beside the count, not as a metric of its own", () => {
    Measured.count("rejected", { key: KEY, reason: "media.too_long" });
    expect(lines[0]).toMatchObject({ reason: "media.too_long", key: KEY });
    expect(metricsOf(lines[0]).map((metric) => metric[4])).toEqual([
      { Stage: "show" },
      { Stage: "show", ContentType: "video" },
    ]);
  });

  it("says how long publishing took, where that is known", () => {
    Measured.published(KEY.replace("video.mov", "images/image3.jpg"), 900);
    Measured.published(KEY, undefined);
    expect(metricsOf(lines[0])).toContainEqual([
      ...["dropclip", "TimeToPublish", "Milliseconds", 900, { Stage: "show", ContentType: "image" }],
    ]);
    expect(metricsOf(lines[1]).map(([, name]) => name)).toEqual(["MediaPublished", "MediaPublished"]);
  });

  it("is written by every sweep, also by one that found nothing", () => {
    Measured.swept({ stuck: 0, overdue: 0 });
    expect(metricsOf(lines[0])).toEqual([
      ["dropclip", "StuckMedia", "Count", 0, { Stage: "show" }],
      ["dropclip", "SettlementsOverdue", "Count", 0, { Stage: "show" }],
    ]);
  });
});
