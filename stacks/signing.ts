import { HIDDEN_TAG } from "../packages/core/src/keys";
import { policy } from "./handler";
import { account, partition, worldwide } from "./names";
import type { Storage } from "./storage";

const KINDS = ["fan", "creative", "profile", "download"] as const;
type Kind = (typeof KINDS)[number];

/** ARNs of the roles whose sessions sign URLs. By name, since the functions that assume them must be there first. */
export const signingRoles = () =>
  Object.fromEntries(
    KINDS.map((kind) => [kind, $interpolate`arn:${partition()}:iam::${account()}:role/${worldwide(kind)}`]),
  ) as Record<Kind, $util.Output<string>>;

/** Lets a function take on a signing role, with tags. */
export const assume = (...roles: $util.Input<string>[]) => ({
  actions: ["sts:AssumeRole", "sts:TagSession"],
  resources: roles,
});

const tag = (key: string) => `\${aws:PrincipalTag/${key}}`;

/** Trusts these functions only, and only with exactly these tags. */
const trusting = (functions: sst.aws.Function[], keys: string[]) =>
  policy([
    {
      actions: ["sts:AssumeRole", "sts:TagSession"],
      principals: [{ type: "AWS", identifiers: functions.map((fn) => fn.nodes.role.arn) }],
      conditions: [
        ...keys.map((key) => ({ test: "StringLike", variable: `aws:RequestTag/${key}`, values: ["?*"] })),
        { test: "ForAllValues:StringEquals", variable: "aws:TagKeys", values: keys },
      ],
    },
  ]);

/**
 * The roles that bound what a signed URL can do, whatever our code signs: their policies name the directories of the
 * session's tags.
 */
export function signing(buckets: Storage, by: Record<"uploads" | "events" | "public", sst.aws.Function>) {
  const { uploads, content, images } = buckets;
  const send = ["s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"];
  /** Pictures arrive with the tag that hides them. */
  const post = ["s3:PutObject", "s3:PutObjectTagging"];
  const event = `events/${tag("eventId")}`;
  /**
   * Whether a file has arrived, before another multipart upload of it is begun: asked by our code, which no URL can do.
   */
  const look = (whose: string) => ({
    actions: ["s3:ListBucket"],
    resources: [uploads.arn],
    conditions: [
      { test: "StringLike", variable: "s3:prefix", values: [`${event}/uploads/${whose}/*`] },
      { test: "StringEquals", variable: "s3:authType", values: ["REST-HEADER"] },
    ],
  });
  const role = (
    kind: Kind,
    functions: sst.aws.Function[],
    keys: string[],
    statements: aws.types.input.iam.GetPolicyDocumentStatementArgs[],
  ) =>
    new aws.iam.Role(`${kind[0]!.toUpperCase()}${kind.slice(1)}Role`, {
      name: worldwide(kind),
      assumeRolePolicy: trusting(functions, keys),
      inlinePolicies: [{ name: "directories", policy: policy(statements) }],
    });

  role(
    "fan",
    [by.uploads],
    ["eventId", "fanId"],
    [
      { actions: send, resources: [$interpolate`${uploads.arn}/${event}/uploads/${tag("fanId")}/*`] },
      look(tag("fanId")),
    ],
  );
  role(
    "creative",
    [by.uploads, by.events],
    ["eventId", "creativeId"],
    [
      { actions: send, resources: [$interpolate`${uploads.arn}/${event}/uploads/${tag("creativeId")}/*`] },
      look(tag("creativeId")),
      { actions: post, resources: [$interpolate`${images.arn}/${event}/flyer/*`] },
      {
        actions: ["s3:GetObject"],
        resources: [content, images].flatMap(({ arn }) =>
          ["uploads", "waiting"].map((place) => $interpolate`${arn}/${event}/${place}/*`),
        ),
      },
    ],
  );
  role(
    "profile",
    [by.uploads],
    ["userId"],
    [{ actions: post, resources: [$interpolate`${images.arn}/profiles/${tag("userId")}/*`] }],
  );
  role(
    "download",
    [by.public],
    ["eventId"],
    [
      {
        actions: ["s3:GetObject"],
        resources: [
          $interpolate`${content.arn}/${event}/uploads/*/video.mp4`,
          $interpolate`${images.arn}/${event}/uploads/*/images/*.jpg`,
        ],
        // What is hidden after a URL was signed is refused too. An object without the tag is not.
        conditions: [
          {
            test: "StringNotEquals",
            variable: `s3:ExistingObjectTag/${HIDDEN_TAG.key}`,
            values: [HIDDEN_TAG.value],
          },
        ],
      },
    ],
  );
}
