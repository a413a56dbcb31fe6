import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LambdaFunction } from "@dropclip/synth/cloud";
import { createLambda, type Lambda, type LambdaOptions } from "../../src/lambda/index.ts";
import { ACCOUNT, REGION, type TestWorld, testWorld } from "./support.ts";

/** A function whose handler is `{name}.handler` below the root. */
export function lambdaFunction(name: string, overrides: Partial<LambdaFunction> = {}): LambdaFunction {
  return {
    name,
    arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/${name}-role`,
    handler: `src/${name}.handler`,
    runtime: "nodejs24.x",
    architecture: "arm64",
    timeoutSeconds: 3,
    memoryMb: 256,
    environment: {},
    install: [],
    external: [],
    logGroup: `/aws/lambda/${name}`,
    ...overrides,
  };
}

export interface Project {
  root: string;
  write(name: string, code: string): string;
  remove(): void;
}

/** An empty repository for handlers. */
export function project(): Project {
  const root = mkdtempSync(join(tmpdir(), "dropclip-handlers-"));
  return {
    root,
    write(name, code) {
      const file = join(root, "src", name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, code);
      return file;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

export interface Running {
  world: TestWorld;
  project: Project;
  lambda: Lambda;
  /** Invokes and reads the payload. */
  call(name: string, event?: unknown): Promise<{ error?: string; payload: any }>;
  close(): Promise<void>;
}

/** A Lambda service over handlers given as `{ name: code }`. */
export function start(
  code: Record<string, string>,
  options: Partial<LambdaOptions> & { overrides?: Record<string, Partial<LambdaFunction>>; world?: TestWorld } = {},
): Running {
  const sources = project();
  for (const [name, text] of Object.entries(code)) sources.write(`${name}.ts`, text);
  const world = options.world ?? testWorld();
  const functions = Object.keys(code).map((name) => lambdaFunction(name, options.overrides?.[name]));
  const lambda = createLambda({ functions, root: sources.root, localise: (value) => value, ...options, world });
  return {
    world,
    project: sources,
    lambda,
    async call(name, event = {}) {
      const result = await lambda.invoke(name, JSON.stringify(event));
      return { error: result.functionError, payload: JSON.parse(result.payload) };
    },
    async close() {
      await lambda.stop();
      world.close();
      sources.remove();
    },
  };
}
