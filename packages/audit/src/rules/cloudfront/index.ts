import type { Rule } from "../../rule.ts";
import { edgeLog } from "./edge-log.ts";
import { encryptedOrigins } from "./encrypted-origins.ts";
import { encryptedViewers } from "./encrypted-viewers.ts";
import { failover } from "./failover.ts";
import { firewall } from "./firewall.ts";
import { functionOrigin } from "./function-origin.ts";
import { headersEverywhere } from "./headers-everywhere.ts";
import { legacyLog } from "./legacy-log.ts";
import { logFields } from "./log-fields.ts";
import { methods } from "./methods.ts";
import { originAccess } from "./origin-access.ts";
import { originBucket } from "./origin-bucket.ts";
import { originProtocols } from "./origin-protocols.ts";
import { ownCertificate } from "./own-certificate.ts";
import { rootObject } from "./root-object.ts";
import { securityHeaders } from "./security-headers.ts";
import { serverName } from "./server-name.ts";
import { signedUrls } from "./signed-urls.ts";
import { tlsPolicy } from "./tls-policy.ts";

export const CLOUDFRONT: Rule[] = [
  rootObject,
  encryptedViewers,
  failover,
  legacyLog,
  edgeLog,
  logFields,
  firewall,
  ownCertificate,
  serverName,
  encryptedOrigins,
  originProtocols,
  originBucket,
  originAccess,
  tlsPolicy,
  functionOrigin,
  signedUrls,
  methods,
  securityHeaders,
  headersEverywhere,
];
