import type { Rule } from "../../rule.ts";
import { accessLog } from "./access-log.ts";
import { authorization } from "./authorization.ts";
import { authorizerNamed } from "./authorizer-named.ts";
import { logFields } from "./log-fields.ts";
import { openCors } from "./open-cors.ts";
import { privateIntegration } from "./private-integration.ts";
import { publicThrottle } from "./public-throttle.ts";
import { throttle } from "./throttle.ts";
import { tokenAuthorizer } from "./token-authorizer.ts";

export const APIGATEWAY: Rule[] = [
  authorization,
  accessLog,
  privateIntegration,
  logFields,
  throttle,
  publicThrottle,
  openCors,
  tokenAuthorizer,
  authorizerNamed,
];
