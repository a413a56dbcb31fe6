import type { Rule } from "../../rule.ts";
import { accessLog } from "./access-log.ts";
import { acl } from "./acl.ts";
import { encryptedRequests } from "./encrypted-requests.ts";
import { keptInProduction } from "./kept-in-production.ts";
import { lifecycle } from "./lifecycle.ts";
import { openCors } from "./open-cors.ts";
import { otherAccounts } from "./other-accounts.ts";
import { publicAccessBlock } from "./public-access-block.ts";
import { publicRead } from "./public-read.ts";
import { publicWrite } from "./public-write.ts";
import { readCors } from "./read-cors.ts";
import { website } from "./website.ts";

export const S3: Rule[] = [
  publicRead,
  publicWrite,
  encryptedRequests,
  otherAccounts,
  publicAccessBlock,
  accessLog,
  acl,
  lifecycle,
  website,
  openCors,
  readCors,
  keptInProduction,
];
