import type { InvokeFrame } from "../protocol.ts";

/** The context object of the Node.js 24 runtime, which has no callback members any more. */
export function context(frame: InvokeFrame) {
  const deadline = Date.now() + frame.remainingMs;
  return {
    clientContext: frame.clientContext === undefined ? undefined : JSON.parse(frame.clientContext),
    identity: undefined,
    invokedFunctionArn: frame.functionArn,
    awsRequestId: frame.requestId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
}
