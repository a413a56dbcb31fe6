import type { MetricAlarm } from "@dropclip/synth/cloud";
import { CLOUDFRONT_REGION } from "../metric-sink.ts";
import type { AlarmNotifier, EventBus } from "../ports.ts";
import type { JsonService } from "../protocol/json.ts";
import { serve } from "../protocol/service.ts";
import { Settings } from "../settings.ts";
import type { Service, World } from "../world.ts";
import { Changes } from "./alarms/change.ts";
import { checkAlarm } from "./alarms/check.ts";
import { Evaluator } from "./alarms/evaluator.ts";
import { AlarmStates } from "./alarms/states.ts";
import type { CloudWatchState } from "./context.ts";
import type { Metrics } from "./metrics/sink.ts";
import { getDashboard, listDashboards } from "./operations/dashboards.ts";
import { describeAlarmHistory } from "./operations/describe-alarm-history.ts";
import { describeAlarms } from "./operations/describe-alarms.ts";
import { getMetricData } from "./operations/get-metric-data.ts";
import { getMetricStatistics } from "./operations/get-metric-statistics.ts";
import { listMetrics } from "./operations/list-metrics.ts";
import { putMetricData } from "./operations/put-metric-data.ts";
import { setAlarmState } from "./operations/set-alarm-state.ts";
import { PROTOCOL, prepare } from "./protocol.ts";

const CLOUDWATCH: JsonService<CloudWatchState> = {
  name: "monitoring",
  protocol: PROTOCOL,
  operations: {
    DescribeAlarmHistory: describeAlarmHistory,
    DescribeAlarms: describeAlarms,
    GetDashboard: getDashboard,
    GetMetricData: getMetricData,
    GetMetricStatistics: getMetricStatistics,
    ListDashboards: listDashboards,
    ListMetrics: listMetrics,
    PutMetricData: putMetricData,
    SetAlarmState: setAlarmState,
  },
};

export interface CloudWatchOptions {
  world: World;
  metrics: Metrics;
  alarms: MetricAlarm[];
  bus: EventBus;
  topics: AlarmNotifier;
  /** Measures what is not told by itself, such as the lengths of queues; once a minute. True when there was any. */
  measure: () => boolean;
  /** What is described and runs nowhere. */
  settings?: Settings;
}

export interface CloudWatch extends Service {
  /** Evaluates the alarms from now on. Called once all services stand. */
  start(): void;
  /** Joins and forgets old data. */
  sweep(): void;
  stop(): void;
}

/** CloudWatch: the metrics, and the graph's alarms on them. Throws for an alarm that AWS would refuse, naming it. */
export function createCloudWatch({
  world,
  metrics,
  alarms,
  bus,
  topics,
  measure,
  settings = new Settings(),
}: CloudWatchOptions): CloudWatch {
  const checked = alarms.map(checkAlarm);
  const states = new AlarmStates(world.store);
  states.begin(alarms, world.clock.now());
  const changes = new Changes({ world, bus, topics, states });
  const evaluator = new Evaluator({ world, store: metrics.store, alarms: checked, changes, measure });
  const startedAtMs = world.clock.now();
  const state: CloudWatchState = { world, metrics, alarms: checked, states, changes, evaluator, settings, startedAtMs };
  const service = serve(CLOUDWATCH, state);
  return {
    ...service,
    async handle(call) {
      await prepare(call);
      await service.handle(call);
    },
    regions: [CLOUDFRONT_REGION],
    start: () => evaluator.start(),
    sweep() {
      metrics.store.sweep(world.clock.now());
      states.sweep(world.clock.now());
    },
    stop: () => evaluator.stop(),
  };
}
