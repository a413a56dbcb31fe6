import type { FunctionPermission, LambdaFunction } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { only, type Reader, refuse, text } from "./reader.ts";
import { TYPE } from "./types.ts";

const KNOWN = [
  "architectures",
  "deadLetterConfig",
  "environment",
  "ephemeralStorage",
  "handler",
  "loggingConfig",
  "memorySize",
  "name",
  "packageType",
  "publish",
  "reservedConcurrentExecutions",
  "role",
  "runtime",
  "s3Bucket",
  "s3Key",
  "timeout",
  "tracingConfig",
];

export function functions(reader: Reader): LambdaFunction[] {
  reader.checkReferences(TYPE.permission, "function", TYPE.function);
  return reader.all(TYPE.function).map((resource) => {
    const { inputs } = resource;
    only(resource, inputs, KNOWN);
    const build = reader.graph.builds.find(({ functionID }) => resource.parent === `sst:aws:Function::${functionID}`);
    if (!build) throw refuse(resource, "no handler was built for it: only functions made by sst.aws.Function have one");
    if (!inputs.runtime?.startsWith("nodejs")) throw refuse(resource, `it has no runtime ${inputs.runtime}`);
    const deadLetters =
      inputs.deadLetterConfig && reader.resolve(resource, inputs.deadLetterConfig.targetArn, TYPE.queue);
    return {
      name: text(resource, "name"),
      arn: text(resource, "arn"),
      roleArn: text(reader.resolve(resource, inputs.role, TYPE.role), "arn"),
      handler: build.handler,
      runtime: inputs.runtime,
      architecture: inputs.architectures?.[0] ?? "x86_64",
      // Lambda's defaults.
      timeoutSeconds: inputs.timeout ?? 3,
      memoryMb: inputs.memorySize ?? 128,
      environment: inputs.environment?.variables ?? {},
      install: build.install,
      external: build.external,
      // Lambda's default.
      logGroup: inputs.loggingConfig?.logGroup ?? `/aws/lambda/${text(resource, "name")}`,
      // AWS's provider writes "no reservation" as -1.
      ...((inputs.reservedConcurrentExecutions ?? -1) >= 0
        ? { reservedConcurrency: inputs.reservedConcurrentExecutions }
        : {}),
      ...(deadLetters ? { deadLetterArn: text(deadLetters, "arn") } : {}),
    };
  });
}

/** The functions' own policies. */
export function permissions(reader: Reader): FunctionPermission[] {
  return reader.all(TYPE.permission).map((resource) => {
    const { principal, action, sourceArn, sourceAccount } = resource.inputs;
    return {
      functionArn: text(reader.resolve(resource, resource.inputs.function, TYPE.function), "arn"),
      principal,
      action,
      ...(sourceArn ? { sourceArn } : {}),
      ...(sourceAccount ? { sourceAccount } : {}),
    };
  });
}

/**
 * Throws unless the function's policy lets `service` invoke it for `sourceArn`: on AWS the call would fail. The
 * permissions are static, so this is known before anything runs.
 */
export function checkInvokable(reader: Reader, target: Resource, service: string, sourceArn: string, from: Resource) {
  const permitted = reader
    .referring(TYPE.permission, "function", target)
    .some(
      ({ inputs }) =>
        inputs.principal === service &&
        ["lambda:InvokeFunction", "lambda:*"].includes(inputs.action) &&
        (inputs.sourceArn === undefined || arnLike(inputs.sourceArn, sourceArn)) &&
        (inputs.sourceAccount === undefined || inputs.sourceAccount === reader.graph.account),
    );
  if (!permitted) {
    throw refuse(
      from,
      `function ${target.name} does not permit ${service} to invoke it for ${sourceArn} (aws.lambda.Permission)`,
    );
  }
}

/** IAM's ArnLike: `*` and `?` match within one of the six parts; in the last part also across slashes. */
function arnLike(pattern: string, arn: string): boolean {
  const parts = (value: string) => {
    const [first = "", second = "", third = "", fourth = "", fifth = "", ...rest] = value.split(":");
    return [first, second, third, fourth, fifth, rest.join(":")];
  };
  const actual = parts(arn);
  return parts(pattern).every((part, index) => {
    const source = part
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    return new RegExp(`^${source}$`).test(actual[index] ?? "");
  });
}
