import type { Paint } from "../color.ts";
import { DEMO_EVENT_ID, SEEDED_PASSWORD, SEEDED_USERS } from "../demo.ts";
import type { StartedCloud } from "./started.ts";

const USERS = SEEDED_USERS.map(({ email }) => email).join(" ");

/** All addresses, as text for people. */
export function banner(cloud: StartedCloud, paint: Paint): string {
  const { accessKeyId, secretAccessKey } = cloud.credentials;
  const rows: [string, string][] = [
    ...(cloud.pages ? pageRows(cloud.pages) : []),
    ["API", cloud.api],
    ["CDN", cloud.cdn],
    ...byEndpoint(cloud.endpoints).map(([url, names]): [string, string] => ["AWS", `${url}  ${names.join(" ")}`]),
    ...(cloud.signIn ? [["sign in", cloud.signIn] as [string, string]] : []),
    ...(cloud.issuer ? [["users", `${USERS}, password ${SEEDED_PASSWORD}`] as [string, string]] : []),
    ["region", cloud.region],
    ["keys", `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`],
    ["data", cloud.directory],
    ["", ""],
    ["upload", "npx dropclip upload FILE… --event demo"],
    ["look", "npx dropclip executions"],
    ["stop", "Ctrl-C"],
  ];
  const lines = rows.map(([name, text]) => (name ? `  ${paint("bold", name.padEnd(8))} ${text}` : ""));
  return ["", "dropclip is running", "", ...lines, "", ""].join("\n");
}

/** The event's page first: it is what one starts the cloud for. */
const pageRows = (pages: string): [string, string][] => [
  ["event", `${pages}/e/${DEMO_EVENT_ID}`],
  ["", ""],
];

/** The local cloud may serve all services at one address: then it is printed once. */
function byEndpoint(endpoints: StartedCloud["endpoints"]): [string, string[]][] {
  const names = Object.entries(endpoints);
  return [...Map.groupBy(names, ([, url]) => url)].map(([url, group]) => [url, group.map(([name]) => name)]);
}

/** The one line that `--json` prints. */
export function readyLine({ pages, api, cdn, region, credentials, endpoints, issuer, signIn }: StartedCloud): string {
  const { accessKeyId, secretAccessKey } = credentials;
  return JSON.stringify({
    pages,
    api,
    cdn,
    region,
    credentials: { accessKeyId, secretAccessKey },
    endpoints,
    issuer,
    signIn,
  });
}
