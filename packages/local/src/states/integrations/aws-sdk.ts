import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Principal, World } from "../../world.ts";
import { StateError } from "../errors.ts";
import type { JsonObject } from "../types.ts";
import { type Integration, isObject } from "./integration.ts";
import { sdkError } from "./sdk-error.ts";
import { plain } from "./sdk-result.ts";

/** Services there is a client for; `prefix` begins their errors' names, as in AWS's Java SDK. */
const SERVICES: Record<string, { module: string; client: string; prefix: string; load: () => Promise<any> }> = {
  s3: {
    module: "@aws-sdk/client-s3",
    client: "S3Client",
    prefix: "S3",
    // Loaded at the first call: a client costs tens of megabytes.
    load: () => import("@aws-sdk/client-s3"),
  },
  dynamodb: {
    module: "@aws-sdk/client-dynamodb",
    client: "DynamoDBClient",
    prefix: "DynamoDb",
    load: () => import("@aws-sdk/client-dynamodb"),
  },
  mediaconvert: {
    module: "@aws-sdk/client-mediaconvert",
    client: "MediaConvertClient",
    prefix: "MediaConvert",
    load: () => import("@aws-sdk/client-mediaconvert"),
  },
};

const RESOURCE = /^arn:aws:states:::aws-sdk:([a-z0-9]+):([a-zA-Z0-9]+)$/;

/**
 * `arn:aws:states:::aws-sdk:{service}:{action}`, called over HTTP with the machine's role, like any client of the local
 * cloud.
 */
export function awsSdk(world: World): Integration {
  return {
    describe(resource) {
      const [, service, action] = RESOURCE.exec(resource)!;
      return { events: "Task", resourceType: `aws-sdk:${service}`, resource: action! };
    },

    refusal(resource) {
      const [, service, action] = RESOURCE.exec(resource) ?? [];
      const found = SERVICES[service ?? ""];
      if (!found) return `the SDK integration of ${service ?? resource} is not supported`;
      return hasCommand(found.module, command(action!)) ? undefined : `${service} has no action ${action}`;
    },

    async call({ resource, arguments: args, principal, signal }) {
      const [, service, action] = RESOURCE.exec(resource)!;
      const { client, prefix, load } = SERVICES[service!]!;
      if (!isObject(args))
        throw new StateError("States.Runtime", "The parameters of an SDK integration must be an object");
      const sdk = await load();
      const connection = new sdk[client](settings(world, principal));
      try {
        const answer = await connection.send(new sdk[command(action!)](request(args)), { abortSignal: signal });
        return await plain(answer);
      } catch (error) {
        if (signal.aborted || error instanceof StateError) throw error;
        throw sdkError(prefix, action!, error);
      } finally {
        connection.destroy();
      }
    },
  };
}

function settings(world: World, { roleArn, sessionName }: Principal) {
  return {
    region: world.region,
    endpoint: world.endpoint(),
    credentials: world.assumeRole(roleArn!, sessionName!, "states.amazonaws.com"),
    forcePathStyle: true,
    // Step Functions' Retry decides on retries.
    maxAttempts: 1,
  };
}

/** An object as `Body` is sent as its JSON (developer guide, "AWS SDK service integrations"). */
function request(args: JsonObject): JsonObject {
  if (args.Body === undefined || typeof args.Body === "string") return args;
  return { ...args, Body: JSON.stringify(args.Body) };
}

function command(action: string): string {
  return `${action[0]!.toUpperCase()}${action.slice(1)}Command`;
}

/** Looks at the package's files, so that the client is not loaded to find out. */
function hasCommand(module: string, name: string): boolean {
  const entry = fileURLToPath(import.meta.resolve(module));
  const root = entry.slice(0, entry.lastIndexOf(module) + module.length);
  return existsSync(`${root}/dist-types/commands/${name}.d.ts`);
}
