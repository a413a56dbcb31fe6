import { writeRunFile } from "../../src/start/run-file.ts";
import type { User } from "./cli.ts";

/** Notes for the user's commands that a local cloud runs whose Step Functions is at `endpoint`; undone by what it returns. */
export const operatorAt = (endpoint: string, user: Pick<User, "dataDirectory">): (() => void) =>
  writeRunFile({
    ...{ api: endpoint, cdn: endpoint, region: "us-east-1", directory: user.dataDirectory },
    credentials: { accessKeyId: "operator", secretAccessKey: "secret" },
    endpoints: { s3: "", dynamodb: "", states: endpoint, mediaconvert: "", events: "", sqs: "", lambda: "" },
    stop: async () => {},
  });
