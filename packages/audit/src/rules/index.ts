import type { Rule } from "../rule.ts";
import { APIGATEWAY } from "./apigateway/index.ts";
import { CLOUDFRONT } from "./cloudfront/index.ts";
import { COGNITO } from "./cognito/index.ts";
import { DYNAMODB } from "./dynamodb/index.ts";
import { GENERAL } from "./general/index.ts";
import { unreadType } from "./general/unread-type.ts";
import { IAM } from "./iam/index.ts";
import { KMS } from "./kms/index.ts";
import { LAMBDA } from "./lambda/index.ts";
import { MESSAGING } from "./messaging/index.ts";
import { S3 } from "./s3/index.ts";

/** Every rule, ours and AWS's. */
export const RULES: readonly Rule[] = [
  ...S3,
  ...CLOUDFRONT,
  ...DYNAMODB,
  ...LAMBDA,
  ...APIGATEWAY,
  ...MESSAGING,
  ...IAM,
  ...KMS,
  ...COGNITO,
  ...GENERAL,
  unreadType(() => RULES),
];
