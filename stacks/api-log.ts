/**
 * A line of the API's access log, by the variables of API Gateway (AWS: HTTP API logging variables). It has the user
 * and the error, which say whom and what an operator is asked about. No agent: what callers send as such may end the
 * JSON early.
 */
export const ACCESS_LOG = JSON.stringify({
  requestTime: "$context.requestTime",
  requestId: "$context.requestId",
  user: "$context.authorizer.claims.sub",
  ip: "$context.identity.sourceIp",
  httpMethod: "$context.httpMethod",
  path: "$context.path",
  routeKey: "$context.routeKey",
  status: "$context.status",
  error: "$context.error.message",
  authorizerError: "$context.authorizer.error",
  latencyMs: "$context.responseLatency",
  integrationRequestId: "$context.integration.requestId",
  integrationStatus: "$context.integration.status",
  integrationLatencyMs: "$context.integration.latency",
  integrationError: "$context.integration.error",
});
