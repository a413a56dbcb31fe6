import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { uuidv7 } from "@dropclip/core/ids";
import { AccessLog } from "@dropclip/core/views/access-log";
import { cloud } from "@dropclip/synth/cloud-from-graph";
import { formatGraph, parseGraph, type Resource } from "@dropclip/synth/graph";
import { Query } from "@dropclip/synth/query";
import { synth } from "@dropclip/synth/synth";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asked } from "./athena/asked.ts";
import { holding, type Log, linesOf } from "./athena/logs.ts";
import { A, B, FIRST, GONE, SECOND, show } from "./athena/show.ts";

const graph = parseGraph(formatGraph(await synth({ stage: "dev", env: { DROPCLIP_ATHENA: "1" } })));
const stacks = new Query(graph);
const [media, pages] = ["Delivery", "PagesDelivery"].map((name) => {
  const { id } = stacks.get("Distribution", `${name}Distribution`);
  return cloud(graph).distributions.find((one) => one.id === id)!;
});

let shown: ReturnType<typeof show> | undefined;
/** The logs of the show, which the first test that wants them makes. */
const made = () => (shown ??= show(media!, pages!));
/** What the saved query answers over the show's logs, or over what else lies in the bucket. */
async function ask(name: string, more: (logs: Log[]) => Log[] = (logs) => logs) {
  const { logs, nowMs } = await made();
  return asked(stacks, name, holding(...more(logs)), nowMs);
}

describe("the deployment option", () => {
  const dev = parseGraph(readFileSync("stacks/graph.json", "utf8"));
  const names = (resources: Resource[]) => resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
  const same = new Set(dev.resources.map((one) => JSON.stringify(one)));
  const others = graph.resources.filter((one) => !same.has(JSON.stringify(one)));

  it("adds a database, a table, a workgroup and five queries, has answers removed, and changes nothing else", () => {
    expect(names(others).sort()).toEqual(
      [
        ...["CatalogDatabase LogDatabase", "CatalogTable EdgeTable", "Workgroup LogWorkgroup"],
        ...["BytesByEvent", "NotFound", "Referers", "TopClips", "ViewsPerEvent"].map((one) => `NamedQuery ${one}Query`),
        "BucketLifecycleConfiguration LogsLifecycle",
      ].sort(),
    );
    expect(graph.resources).toHaveLength(dev.resources.length + 8);
    const rules = (of: Query) => of.get("BucketLifecycleConfiguration", "LogsLifecycle").inputs.rules;
    const [added, ...more] = rules(stacks).filter(({ id }: { id: string }) => id === "expire-athena");
    expect(more).toEqual([]);
    expect(added).toMatchObject({ status: "Enabled", filter: { prefix: "athena/" }, expiration: { days: 7 } });
    expect(rules(stacks).filter((one: unknown) => one !== added)).toEqual(rules(new Query(dev)));
  });

  it("holds every query to a bound, and has its answer where the bucket's events do not look", () => {
    const { name, configuration } = stacks.get("Workgroup", "LogWorkgroup").inputs;
    expect(configuration).toMatchObject({
      enforceWorkgroupConfiguration: true,
      bytesScannedCutoffPerQuery: 10 * 1024 ** 3,
      resultConfiguration: {
        outputLocation: "s3://dropclip-logs-dev/athena/",
        expectedBucketOwner: "123456789012",
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
      },
    });
    expect(stacks.all("NamedQuery").map(({ inputs }) => inputs.workgroup)).toEqual(Array(5).fill(name));
    const { object } = JSON.parse(stacks.get("EventRule", "LogArrived").inputs.eventPattern).detail;
    expect(object.key).toEqual([{ prefix: "edge/media/" }]);
  });

  it("has a column for each field that the edge logs, in Glue's lower case", () => {
    const { columns } = stacks.get("CatalogTable", "EdgeTable").inputs.storageDescriptor;
    for (const { accessLogs } of [media!, pages!])
      expect(columns.map((one: { name: string }) => one.name)).toEqual(
        accessLogs[0]!.fields.map((field) => field.toLowerCase()),
      );
  });

  it("is nothing to the local cloud", () => {
    const { buckets: before, ...rest } = cloud(dev);
    const { buckets: after, ...same } = cloud(graph);
    expect(same).toEqual(rest);
    expect(after.filter(({ name }) => !name.includes("logs"))).toEqual(
      before.filter(({ name }) => !name.includes("logs")),
    );
  });
});

describe("Athena's saved queries, over what the edge wrote,", () => {
  it("find its objects by distribution and hour", async () =>
    expect((await made()).logs.map(({ key }) => key.replace(/[^/]*$/, ""))).toEqual([
      ...["edge/media/2026/01/02/03/", "edge/media/2026/02/02/03/", "edge/media/2026/02/02/04/"],
      ...["edge/media/2026/02/03/04/", "edge/pages/2026/02/03/04/"],
    ]));

  it("tell the clips that were started most often", async () =>
    expect(await ask("TopClipsQuery")).toEqual([
      { event: A, upload: FIRST, plays: "3" },
      { event: A, upload: SECOND, plays: "1" },
    ]));

  it("tell what was asked for in vain", async () =>
    expect(await ask("NotFoundQuery")).toEqual([
      { distribution: "media", status: "403", path: `/${GONE}`, requests: "2" },
      { distribution: "media", status: "403", path: "/favicon.ico", requests: "1" },
      { distribution: "pages", status: "403", path: "/wp-login.php", requests: "1" },
    ]));

  it("tell which sites' pages led here", async () =>
    expect(await ask("ReferersQuery")).toEqual([
      { distribution: "media", site: "blog.example", requests: "2" },
      { distribution: "media", site: "about:blank", requests: "1" },
      { distribution: "media", site: "clips.example.com", requests: "1" },
      { distribution: "pages", site: "search.example", requests: "1" },
    ]));

  it("tell what was sent of each event, pictures in lists too", async () => {
    const lines = (await made()).logs.flatMap(linesOf).map((line) => JSON.parse(line) as Record<string, string>);
    const sent = (event: string) =>
      lines
        .filter((line) => line["cs-uri-stem"]!.startsWith(`/events/${event}/`) && line["sc-status"] !== "403")
        .filter(({ date }) => date! >= "2026-02-01")
        .reduce((sum, line) => sum + Number(line["sc-bytes"]), 0);
    expect(sent(A)).toBeGreaterThan(10_000);
    expect(await ask("BytesByEventQuery")).toEqual([
      { event: A, bytes: String(sent(A)) },
      { event: B, bytes: String(sent(B)) },
    ]);
  });

  const OF_A = { event: A, day: "2026-02-02", plays: "3", opens: "0" };

  it("tell the views of each event by day", async () =>
    expect(await ask("ViewsPerEventQuery")).toEqual([
      { event: A, day: "2026-02-03", plays: "1", opens: "0" },
      { event: B, day: "2026-02-03", plays: "0", opens: "1" },
      OF_A,
    ]));

  it("read an object once that is written again, and lines twice that two objects hold, as the views do", async () => {
    expect(await ask("ViewsPerEventQuery", (logs) => [...logs, ...logs])).toEqual(await ask("ViewsPerEventQuery"));
    const copied = (logs: Log[]) => [...logs, { ...logs[3]!, key: logs[3]!.key.replace(/\w+\.gz$/, "0.gz") }];
    expect(await ask("ViewsPerEventQuery", copied)).toEqual([
      { event: A, day: "2026-02-03", plays: "2", opens: "0" },
      { event: B, day: "2026-02-03", plays: "0", opens: "2" },
      OF_A,
    ]);
  });

  it("read nothing but the edge's logs of the days that are kept", async () => {
    const elsewhere = (key: string) => (logs: Log[]) => [...logs, { ...logs[1]!, key }];
    for (const key of ["s3/media/2026/02/02/03/0.gz", "athena/0.gz", "edge/other/2026/02/02/03/0.gz"])
      expect(await ask("ViewsPerEventQuery", elsewhere(key))).toEqual(await ask("ViewsPerEventQuery"));
  });
});

/** Lines of all kinds, near what counts. */
const file = fc.oneof(
  fc.constantFrom(
    "video.mp4",
    "hls/index.m3u8",
    "hls/720p.m3u8",
    "hls/x/index.m3u8",
    "thumbnail.jpg",
    "frames/frame.1",
  ),
  fc
    .constantFrom("image0", "image1", "image19", "image20", "image21")
    .chain((image) =>
      fc.constantFrom(
        `images/${image}.jpg`,
        `images/${image}.thumbnail.webp`,
        `hls/images/${image}.jpg`,
        `${image}.jpg`,
      ),
    ),
  fc.constantFrom("video.mp4/", "video.mp4%2520", "VIDEO.MP4", "hls/", "images/", ""),
);
const id = fc.constantFrom(...[1, 2, 3, 4].map((ms) => uuidv7(ms)));
const folder = fc.constantFrom("uploads", "uploads", "uploads", "waiting", "flyer");
const line = fc.record({
  date: fc.constantFrom("2026-01-01", "2026-01-02"),
  "cs-method": fc.constantFrom("GET", "GET", "GET", "HEAD", "OPTIONS"),
  "cs-uri-stem": fc
    .tuple(id, folder, id, id, file)
    .map(([event, place, fan, upload, name]) => `/events/${event}/${place}/${fan}/${upload}/${name}`),
  "sc-status": fc.constantFrom("200", "200", "206", "304", "403", "000", "502"),
  "sc-bytes": fc.nat({ max: 2 ** 40 }).map(String),
  "sc-range-start": fc.constantFrom("-", "-", "", "0", "0", "1"),
  "sc-range-end": fc.constantFrom("-", "", "0", "1", "2", "99"),
});

describe("what the queries count", () => {
  it("is what the creatives' views count", async () => {
    const nowMs = Date.parse("2026-01-03T00:00:00Z");
    const lines = fc.sample(line, { numRuns: 5000, seed: 1 }).map((one) => JSON.stringify(one));
    const body = gzipSync(`${lines.join("\n")}\n`);
    const directory = holding({ bucketName: "dropclip-logs-dev", key: "edge/media/2026/01/02/23/a.gz", body });
    const counted = lines.map(AccessLog.read).filter((one) => one !== undefined && one !== "nothing");
    const sums = (by: (one: (typeof counted)[number]) => string, of: (one: (typeof counted)[number]) => number) => {
      const sums: Record<string, number> = {};
      for (const one of counted) sums[by(one)] = (sums[by(one)] ?? 0) + of(one);
      return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum > 0));
    };
    const answers = async (name: string, by: string[], of: string) => {
      const rows = (await asked(stacks, name, directory, nowMs)) as Record<string, string>[];
      const sums = rows.map((row) => [by.map((column) => row[column]).join(" "), Number(row[of])] as const);
      return Object.fromEntries(sums.filter(([, sum]) => sum > 0));
    };
    const ofDay = ({ eventId, day }: (typeof counted)[number]) => `${eventId} ${day}`;
    const plays = sums(ofDay, (one) => one.plays);
    expect(Object.keys(plays)).toHaveLength(8);
    expect(await answers("ViewsPerEventQuery", ["event", "day"], "plays")).toEqual(plays);
    expect(await answers("ViewsPerEventQuery", ["event", "day"], "opens")).toEqual(sums(ofDay, (one) => one.opens));
    expect(await answers("BytesByEventQuery", ["event"], "bytes")).toEqual(
      sums(
        (one) => one.eventId,
        (one) => one.bytes + one.previewBytes,
      ),
    );
    expect(await answers("TopClipsQuery", ["event", "upload"], "plays")).toEqual(
      sums(
        ({ eventId, uploadId }) => `${eventId} ${uploadId}`,
        (one) => one.plays,
      ),
    );
  });
});
