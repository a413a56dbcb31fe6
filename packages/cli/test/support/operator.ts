import { writeRunFile } from "../../src/start/run-file.ts";
import type { User } from "./cli.ts";

/**
 * Records, for the user's commands, a running local cloud whose Step Functions is at `endpoint`. The returned function
 * removes the record.
 */
export const operatorAt = (endpoint: string, user: Pick<User, "dataDirectory">): (() => void) =>
  writeRunFile({
    stage: "dev",
    api: endpoint,
    cdn: endpoint,
    region: "us-east-1",
    directory: user.dataDirectory,
    credentials: { accessKeyId: "operator", secretAccessKey: "secret" },
    endpoints: { s3: "", dynamodb: "", states: endpoint, mediaconvert: "", events: "", sqs: "", lambda: "" },
    stop: async () => {},
  });
