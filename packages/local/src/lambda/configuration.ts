import type { LambdaFunction } from "@dropclip/synth/cloud";

/** FunctionConfiguration as GetFunction, GetFunctionConfiguration and ListFunctions give it. */
export function configuration(fn: LambdaFunction) {
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    Runtime: fn.runtime,
    Role: fn.roleArn,
    Handler: fn.handler,
    Timeout: fn.timeoutSeconds,
    MemorySize: fn.memoryMb,
    Version: "$LATEST",
    Environment: { Variables: fn.environment },
    Architectures: [fn.architecture],
    PackageType: "Zip",
    State: "Active",
    LastUpdateStatus: "Successful",
    EphemeralStorage: { Size: 512 },
    TracingConfig: { Mode: "PassThrough" },
    LoggingConfig: { LogFormat: "Text", LogGroup: fn.logGroup },
  };
}

/** The concurrency that is reserved for a function; empty where none is. */
export function concurrency({ reservedConcurrency }: LambdaFunction) {
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
}
