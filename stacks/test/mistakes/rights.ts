import { add, allow, type Change, type Mistake, managed, set, state, within } from "./change.ts";

const ACCOUNT = "123456789012";
const TABLE = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/dev-uploads`;
const OBJECTS = "arn:aws:s3:::dropclip-uploads-dev/*";
const SEED = "SweepRole#seed/1";
const trust = (name: string, change: (statement: any) => void): Change =>
  within("Role", name, (inputs) => {
    const document = JSON.parse(inputs.assumeRolePolicy);
    change(document.Statement[0]);
    inputs.assumeRolePolicy = JSON.stringify(document);
  });
const condition = (Condition: object) => allow("s3:GetObject", OBJECTS, { Condition });
const user = { user: "somebody", policy: "{}" };

export const RIGHTS: Mistake[] = [
  ["everything on everything", allow("*", "*"), "IAM.1", SEED],
  ["a policy at a user", add("aws:iam/userPolicy:UserPolicy", user), "IAM.2", "Seed"],
  ["a key that never ends", add("aws:iam/accessKey:AccessKey", user), "own/long-lived-keys", "Seed"],
  ["a managed policy for a whole service", managed("s3:*", OBJECTS), "IAM.21", "Seed#1"],
  ["a wildcard in an action", allow("dynamodb:Get*", TABLE), "own/wildcard-action", SEED],
  [
    "all actions but one",
    allow([], TABLE, { NotAction: "iam:PassRole", Action: undefined }),
    "own/wildcard-action",
    SEED,
  ],
  ["an action that is misspelt", allow("dynamodb:GetItems", TABLE), "own/unknown-action", SEED],
  ["an action on a resource of another type", allow("dynamodb:GetItem", OBJECTS), "own/resource-type", SEED],
  ["a resource that is everything", allow("s3:GetObject", "*"), "own/resource-type", SEED],
  [
    "every table of the account and region",
    allow("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/*"),
    "own/resource-type",
    SEED,
  ],
  [
    "a condition key of another action",
    condition({ StringEquals: { "s3:prefix": "events/" } }),
    "own/condition-key",
    SEED,
  ],
  [
    "a condition key that is misspelt",
    condition({ StringEquals: { "aws:PrincipalTags/x": "y" } }),
    "own/condition-key",
    SEED,
  ],
  ["numbers compared as text", condition({ StringEquals: { "s3:signatureAge": "900000" } }), "own/condition-key", SEED],
  [
    "a variable that is always empty",
    allow("s3:GetObject", `arn:aws:s3:::dropclip-uploads-dev/\${aws:RequestTag/eventId}/*`),
    "own/policy-variable",
    SEED,
  ],
  [
    "a distribution of anybody that may read",
    state("BucketPolicy", "ContentPolicy", {
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::dropclip-content-dev/*",
    }),
    "own/principal",
    "ContentPolicy#Seed",
  ],
  [
    "a role that everybody may take",
    trust("FanRole", (statement) => Object.assign(statement, { Principal: "*" })),
    "own/principal",
    "FanRole#1",
  ],
  [
    "a service that takes a role for anybody",
    trust("MediaConvertRole", (statement) => delete statement.Condition),
    "own/service-trust",
    "MediaConvertRole#1",
  ],
  [
    "a service that takes a role for every account",
    trust("IngestRole", (statement) =>
      Object.assign(statement, { Condition: { StringLike: { "aws:SourceAccount": "*" } } }),
    ),
    "own/service-trust",
    "IngestRole#1",
  ],
  [
    "a policy of AWS's own",
    set("Role", "SweepRole", { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
    "own/managed-policy",
    "SweepRole#AdministratorAccess",
  ],
  [
    "a role passed to any service",
    allow("iam:PassRole", `arn:aws:iam::${ACCOUNT}:role/dropclip-media-convert-dev-us-east-1`),
    "own/pass-role",
    SEED,
  ],
  ["any role that may be taken", allow("sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/*`), "own/assume-role", SEED],
  [
    "a table of another account",
    allow("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:999999999999:table/theirs"),
    "own/foreign-account",
    SEED,
  ],
  [
    "a function that may change what it may do",
    allow("iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/dropclip-sweep-dev-us-east-1`),
    "own/rights-over-rights",
    SEED,
  ],
  ["a managed policy that decrypts by every key", managed("kms:Decrypt", "*"), "KMS.1", "Seed#1"],
  ["an inline policy that decrypts by every key", allow("kms:Decrypt", "*"), "KMS.2", SEED],
  ["a key that is never renewed", add("aws:kms/key:Key", {}), "KMS.4", "Seed"],
];
