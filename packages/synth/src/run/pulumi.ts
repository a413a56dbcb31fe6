import { createRequire } from "node:module";
import path from "node:path";

/**
 * A request to Pulumi's engine, as its protobuf class presents it. A read has no `getObject`, a register no
 * `getProperties`.
 */
export interface ResourceRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getDependenciesList(): string[];
  getObject?(): Struct | undefined;
  getProperties?(): Struct | undefined;
  getId?(): string;
  getCustom?(): boolean;
  getProtect?(): boolean | undefined;
  getRetainondelete?(): boolean | undefined;
  getDeletebeforereplace?(): boolean | undefined;
  getIgnorechangesList?(): string[];
  getPropertydependenciesMap?(): { forEach(each: (value: { getUrnsList(): string[] }) => void): void };
}
export interface ResourceResponse {
  getUrn(): string;
  getId?(): string;
  getObject?(): Struct | undefined;
  getProperties?(): Struct | undefined;
}
interface Struct {
  toJavaScript(): Record<string, unknown>;
}
type Method = (request: ResourceRequest, callback: (error: unknown, response: ResourceResponse) => void) => void;

export interface MockMonitor {
  registerResource: Method;
  readResource: Method;
}

/** The argument of a mock: one resource to create or look up. */
export interface NewResource {
  type: string;
  name: string;
  inputs: Record<string, any>;
  provider?: string;
  custom?: boolean;
  id?: string;
}
export interface Mocks {
  newResource(args: NewResource): { id: string | undefined; state: Record<string, unknown> };
  call(args: { token: string; inputs: Record<string, any>; provider?: string }): Record<string, unknown>;
}

/** The parts of `@pulumi/pulumi` that synth uses. */
export interface Pulumi {
  runtime: {
    setMocks(mocks: Mocks, app: string, stage: string, preview: boolean, organization: string): Promise<void>;
    setAllConfig(config: Record<string, string>): void;
    runInPulumiStack(program: () => Promise<unknown>): Promise<Record<string, unknown>>;
  };
  monitor: { prototype: MockMonitor };
  leakedPromises(): [Set<{ _debugCtx?: string }>, string];
}

/** Loads the one Pulumi instance that SST's components will use: the one in the platform's own node_modules. */
export function loadPulumi(platform: string): Pulumi {
  const load = createRequire(path.join(platform, "package.json"));
  const { runtime } = load("@pulumi/pulumi");
  // Dynamic resources carry their provider's serialised code, made with the V8 inspector: slow, and not needed here.
  load("@pulumi/pulumi/runtime/closure/serializeClosure").serializeFunction = async () => ({
    text: "/* dynamic provider */",
    exportName: "handler",
    containsSecrets: false,
  });
  return {
    runtime,
    monitor: load("@pulumi/pulumi/runtime/mocks").MockMonitor,
    leakedPromises: load("@pulumi/pulumi/runtime/debuggable").leakedPromises,
  };
}
