import { Metric } from "../packages/core/src/metrics";
import { type MetricName, ofApi, ofEdge, ofQueue, own, THROTTLES, type Watched } from "./alarms";
import { named } from "./names";

const FIVE_MINUTES = 300;
/** The page is this wide, and each row this high (AWS: dashboard body structure). */
const WIDTH = 24;
const HEIGHT = 6;

interface Line {
  of: MetricName;
  stat: string;
  label: string;
}
const line = (of: MetricName, stat: string, label: string): Line => ({ of, stat, label });

/** The stage at a glance: what alarms, what came in and went out, the edge, the API, the bill, and what is stuck. */
export function dashboard(
  watched: Watched,
  alarmArns: $util.Input<string>[],
  { here, edge }: { here: $util.Input<string>; edge: string },
) {
  const { media, pages } = watched;
  const files = Object.entries(Metric.MEDIA).map(([label, name]) => line(own(name), "Sum", label));
  const rows: { title: string; lines: Line[]; region?: string }[][] = [
    [
      { title: "Files", lines: files },
      {
        title: "Time to publish, ms",
        lines: ["p50", "p95"].map((stat) => line(own(Metric.TIME_TO_PUBLISH), stat, stat)),
      },
      { title: "Bytes received", lines: [line(own(Metric.BYTES_RECEIVED), "Sum", "bytes")] },
    ],
    [
      {
        title: "Edge: requests",
        region: edge,
        lines: [line(ofEdge(media, "Requests"), "Sum", "media"), line(ofEdge(pages, "Requests"), "Sum", "pages")],
      },
      {
        title: "Edge: bytes and hits",
        region: edge,
        lines: [
          line(ofEdge(media, "BytesDownloaded"), "Sum", "bytes"),
          line(ofEdge(media, "CacheHitRate"), "Average", "% from the cache"),
        ],
      },
      {
        title: "Edge: errors, %",
        region: edge,
        lines: [media, pages].flatMap((id, at) =>
          ["4xxErrorRate", "5xxErrorRate"].map((name) =>
            line(ofEdge(id, name), "Average", `${at === 0 ? "media" : "pages"} ${name.slice(0, 3)}`),
          ),
        ),
      },
    ],
    [
      { title: "API: calls", lines: ["Count", "4xx", "5xx"].map((name) => line(ofApi(watched, name), "Sum", name)) },
      {
        title: "API: latency, ms",
        lines: ["p50", "p95"].map((stat) => line(ofApi(watched, "Latency"), stat, stat)),
      },
      {
        title: "MediaConvert: minutes made (the bill), seconds waited",
        lines: [
          ...["HDOutputDuration", "SDOutputDuration"].map((name) => line(convert(name), "Sum", `${name}, ms`)),
          line(convert("StandbyTime"), "Maximum", "StandbyTime, ms"),
        ],
      },
    ],
    [
      {
        title: "Stuck, or deleted and still there",
        lines: [line(own(Metric.STUCK), "Maximum", "stuck"), line(own(Metric.OVERDUE), "Maximum", "overdue")],
      },
      { title: "Dead letters", lines: [line(ofQueue(watched), "Maximum", "messages")] },
      { title: "Throttled calls of functions", lines: [line(THROTTLES, "Sum", "calls")] },
    ],
  ];
  const graphs = rows.flatMap((row, y) =>
    row.map(({ title, lines, region }, x) => ({
      type: "metric",
      ...{ x: (x * WIDTH) / row.length, y: HEIGHT * (y + 1), width: WIDTH / row.length, height: HEIGHT },
      properties: {
        title,
        region: region ?? here,
        view: "timeSeries",
        period: FIVE_MINUTES,
        metrics: lines.map(({ of, stat, label }) => [
          of.namespace,
          of.metricName,
          ...Object.entries(of.dimensions).flat(),
          { stat, label },
        ]),
      },
    })),
  );
  new aws.cloudwatch.Dashboard("Dashboard", {
    dashboardName: named("stage"),
    dashboardBody: $jsonStringify({
      widgets: [
        {
          type: "alarm",
          ...{ x: 0, y: 0, width: WIDTH, height: HEIGHT },
          properties: { title: "Alarms: each says what to do first", alarms: alarmArns },
        },
        ...graphs,
      ],
    }),
  });

  /** The queue is shared by all stages of an account: CloudWatch hears of a job only when it ends. */
  function convert(metricName: string): MetricName {
    return { namespace: "AWS/MediaConvert", metricName, dimensions: { Queue: watched.queue } };
  }
}
