import path from "node:path";
import type { Resource } from "../graph.ts";
import type { MockMonitor, ResourceRequest, ResourceResponse } from "./pulumi.ts";

/** Pulumi's key for values that are more than JSON, and the meaning of its values: sdk/nodejs/runtime/rpc.ts. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSETS = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** SST's own bookkeeping of links; the same facts are at the place where the link is used. */
export const LEFT_OUT = new Set(["pulumi:pulumi:Stack", "sst:sst:LinkRef"]);

/**
 * Records every request to the engine as a `Resource`. The mocks alone are not enough: parents, providers, protection
 * and explicit dependencies are only in the requests.
 */
export function record(monitor: MockMonitor, root: string): { resources: Resource[]; problems: string[] } {
  const resources: Resource[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();

  for (const method of ["registerResource", "readResource"] as const) {
    const original = monitor[method];
    monitor[method] = function (this: unknown, request, callback) {
      return original.call(this, request, (error, response) => {
        if (!error && !LEFT_OUT.has(request.getType())) {
          const key = `${request.getType()}::${request.getName()}`;
          // The engine would refuse a second resource with the same URN; the mocks do not.
          if (seen.has(key)) problems.push(`two resources ${request.getType()} are named ${request.getName()}`);
          seen.add(key);
          try {
            resources.push(resourceOf(request, response, root));
          } catch (cause) {
            problems.push((cause as Error).message);
          }
        }
        callback(error, response);
      });
    };
  }
  return { resources, problems };
}

function resourceOf(request: ResourceRequest, response: ResourceResponse, root: string): Resource {
  const read = request.getProperties !== undefined && request.getObject === undefined;
  const raw = (read ? request.getProperties?.() : request.getObject?.())?.toJavaScript() ?? {};
  const state = (read ? response.getProperties?.() : response.getObject?.())?.toJavaScript() ?? {};
  const at = `${request.getType()} ${request.getName()}`;
  const plain = (value: unknown) => plainValue(value, root, at) as Record<string, unknown>;
  const custom = read || request.getCustom?.();
  const computed = Object.entries(state).filter(([key]) => !(key in raw));
  return {
    type: request.getType(),
    name: request.getName(),
    id: (read ? request.getId?.() : response.getId?.()) || undefined,
    parent: reference(request.getParent()),
    read: read || undefined,
    inputs: plain(raw),
    dependencies: request.getDependenciesList?.().flatMap((urn) => reference(urn) ?? []),
    outputs: custom ? plain(Object.fromEntries(computed)) : {},
    options: optionsOf(request),
  };
}

function optionsOf(request: ResourceRequest): Resource["options"] {
  const byReference = new Set<string>();
  request.getPropertydependenciesMap?.().forEach((property) => {
    for (const urn of property.getUrnsList()) byReference.add(urn);
  });
  const dependsOn = request.getDependenciesList().filter((urn) => !byReference.has(urn));
  const ignored = request.getIgnorechangesList?.() ?? [];
  const options: Resource["options"] = {
    protect: request.getProtect?.() || undefined,
    retainOnDelete: request.getRetainondelete?.() || undefined,
    deleteBeforeReplace: request.getDeletebeforereplace?.() || undefined,
    ignoreChanges: ignored.length ? ignored : undefined,
    dependsOn: dependsOn.length ? dependsOn.flatMap((urn) => reference(urn) ?? []).sort() : undefined,
    provider: request.getProvider() ? request.getProvider().split("::")[3] : undefined,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/**
 * `type::name` of a URN, whose third part is the chain of types from the root: `sst:aws:Bucket$aws:s3/bucket:Bucket`.
 */
function reference(urn: string): string | undefined {
  const [, , types, name] = urn.split("::");
  const type = types?.split("$").at(-1);
  return type && !LEFT_OUT.has(type) ? `${type}::${name}` : undefined;
}

/**
 * The value as AWS's provider would get it; file paths are relative to the repository, so that no machine is visible.
 */
function plainValue(value: unknown, root: string, at: string): unknown {
  if (typeof value === "string") return plainText(value, root, at);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((member) => plainValue(member, root, at));
  const object = value as Record<string, unknown>;
  const signature = object[SIGNATURE];
  if (signature === SECRET) return plainValue(object.value, root, at);
  if (signature === REFERENCE) return object.id || reference(String(object.urn));
  if (ASSETS.includes(String(signature))) return asset(object, root);
  if (signature !== undefined) throw new Error(`${at}: a value of Pulumi's unknown kind ${signature}`);
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => key !== "__provider")
      .map(([key, member]) => [key, plainValue(member, root, at)]),
  );
}

function plainText(text: string, root: string, at: string): string {
  if (text === UNKNOWN) throw new Error(`${at}: an input is not known at synth`);
  // The value of an interpolated attribute that synth does not compute: it must never reach a policy.
  if (/arn:[^"\s]*\bundefined\b/.test(text)) {
    throw new Error(
      `${at}: "${text.slice(0, 200)}" refers to an attribute that synth does not compute (run/outputs.ts)`,
    );
  }
  return (
    text
      .replaceAll(root + path.sep, "")
      // The hash covers a placeholder zip, file modes included: it has no meaning and differs between machines.
      .replace(/-code-[0-9a-f]{64}\.zip$/, "-code.zip")
  );
}

function asset(object: Record<string, unknown>, root: string): unknown {
  if (typeof object.path === "string") {
    const relative = path.relative(root, object.path);
    return { $asset: relative.startsWith(`.sst${path.sep}`) ? path.basename(object.path) : relative };
  }
  return { $asset: object.text ?? object.uri ?? Object.keys((object.assets as object | undefined) ?? {}).sort() };
}
