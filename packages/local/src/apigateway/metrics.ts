import type { HttpApi } from "@dropclip/synth/cloud";
import type { World } from "../world.ts";
import type { Outgoing } from "./outgoing.ts";

const STAGE = "$default";

/**
 * Reports one request in `AWS/ApiGateway`, whose dimensions for HTTP APIs are the API, and the API with its stage. The
 * error counts are sent as zeros too: their average is the rate.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export function report(world: World, { id }: HttpApi, { status, body }: Outgoing, startedMs: number) {
  put(world, id, "Count", 1, "Count");
  put(world, id, "4xx", status >= 400 && status < 500 ? 1 : 0, "Count");
  put(world, id, "5xx", status >= 500 ? 1 : 0, "Count");
  put(world, id, "Latency", world.clock.now() - startedMs, "Milliseconds");
  put(world, id, "DataProcessed", body.length, "Bytes");
}

/** Reports how long the integration took, from `startedMs` to now. */
export function reportIntegration(world: World, { id }: HttpApi, startedMs: number) {
  put(world, id, "IntegrationLatency", world.clock.now() - startedMs, "Milliseconds");
}

function put({ metrics }: World, id: string, metricName: string, value: number, unit: string) {
  const sets: Record<string, string>[] = [{ ApiId: id }, { ApiId: id, Stage: STAGE }];
  for (const dimensions of sets) metrics.put("AWS/ApiGateway", metricName, dimensions, value, { unit });
}
