import { authorizeAlarm, type Operation } from "../context.ts";
import { invalidValue, moment, optionalText, page, whole } from "../input.ts";

const TYPES = ["ConfigurationUpdate", "StateUpdate", "Action"];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
export const describeAlarmHistory: Operation = (state, input, call) => {
  const name = optionalText(input, "AlarmName");
  authorizeAlarm(state, call, "DescribeAlarmHistory", name ?? "*");
  const type = optionalText(input, "HistoryItemType");
  if (type !== undefined && !TYPES.includes(type)) throw invalidValue("HistoryItemType", type);
  const fromMs = input.StartDate === undefined ? 0 : moment(input, "StartDate");
  const toMs = input.EndDate === undefined ? Number.POSITIVE_INFINITY : moment(input, "EndDate");
  const order = input.ScanBy ?? "TimestampDescending";
  if (!["TimestampAscending", "TimestampDescending"].includes(order)) throw invalidValue("ScanBy", order);
  const found = state.states
    .history(call.region)
    .filter((item) => (name === undefined || item.alarm === name) && (type === undefined || item.type === type))
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  if (order === "TimestampAscending") found.reverse();
  const { items, ...next } = page(found, whole(input, "MaxRecords", 1, 100, 50), input.NextToken);
  return {
    AlarmHistoryItems: items.map((item) => ({
      AlarmName: item.alarm,
      AlarmType: "MetricAlarm",
      Timestamp: new Date(item.atMs),
      HistoryItemType: item.type,
      HistorySummary: item.summary,
      HistoryData: item.data,
    })),
    ...next,
  };
};
