import type { JsonObject } from "../types.ts";

/** `SdkHttpMetadata` and `SdkResponseMetadata`, which optimised integrations add to a result. */
export function sdkMetadata(requestId: string, status: number, headers: Record<string, string>): JsonObject {
  const all = { "x-amzn-RequestId": requestId, Connection: "keep-alive", ...headers };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
      HttpHeaders: all,
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
