import { DESCRIBED } from "@dropclip/synth/from-graph/types";
import { AwsError } from "../../world.ts";
import type { CloudWatchState, Operation } from "../context.ts";
import { optionalText, page, text } from "../input.ts";

const PAGE = 1000;

/** Dashboards belong to no region. */
const arnOf = ({ world }: CloudWatchState, name: string) => `arn:aws:cloudwatch::${world.account}:dashboard/${name}`;

const all = ({ settings }: CloudWatchState) =>
  settings.of(DESCRIBED.dashboard).map(({ inputs }) => ({
    name: String(inputs.dashboardName),
    body: String(inputs.dashboardBody),
  }));

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html */
export const listDashboards: Operation = (state, input, { principal }) => {
  state.world.authorize(principal, "cloudwatch:ListDashboards", "*");
  const prefix = optionalText(input, "DashboardNamePrefix") ?? "";
  const found = all(state).filter(({ name }) => name.startsWith(prefix));
  const { items, ...next } = page(found, PAGE, input.NextToken);
  const DashboardEntries = items.map(({ name, body }) => ({
    DashboardName: name,
    DashboardArn: arnOf(state, name),
    LastModified: new Date(state.startedAtMs),
    Size: Buffer.byteLength(body),
  }));
  return { DashboardEntries, ...next };
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html */
export const getDashboard: Operation = (state, input, { principal }) => {
  const name = text(input, "DashboardName");
  state.world.authorize(principal, "cloudwatch:GetDashboard", arnOf(state, name));
  const found = all(state).find((one) => one.name === name);
  if (!found) throw new AwsError("ResourceNotFound", `Dashboard ${name} does not exist`, 404);
  return { DashboardArn: arnOf(state, name), DashboardBody: found.body, DashboardName: name };
};
