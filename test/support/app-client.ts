import type { UserPoolClient } from "@dropclip/synth/cloud";
import type { TestCloud } from "./cloud.ts";

/** The client of the pages and the command line, beside the one by which users change their account. */
export function appClient({ userPools }: Pick<TestCloud["facts"], "userPools">): UserPoolClient {
  const found = userPools[0]?.clients.find(({ name }) => name.startsWith("dropclip-app-"));
  if (!found) throw new Error("the cloud's user pool has no client of the app");
  return found;
}
