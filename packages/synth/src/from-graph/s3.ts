import type { Bucket, CorsRule, LifecycleRule } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { only, policy, type Reader, refuse, text } from "./reader.ts";
import { TYPE } from "./types.ts";

export function buckets(reader: Reader): Bucket[] {
  const { bucketCors, bucketLifecycle, bucketLogging, bucketNotification, bucketPolicy, bucketVersioning } = TYPE;
  for (const type of [bucketCors, bucketLifecycle, bucketLogging, bucketNotification, bucketPolicy, bucketVersioning]) {
    reader.checkReferences(type, "bucket", TYPE.bucket);
  }
  return reader.all(TYPE.bucket).map((resource) => {
    only(resource, resource.inputs, ["bucket", "forceDestroy"]);
    const part = (type: string) => reader.oneReferring(type, "bucket", resource);
    const versioning = part(bucketVersioning);
    if (versioning?.inputs.versioningConfiguration?.status === "Enabled") {
      throw refuse(versioning, "it keeps no versions of objects");
    }
    const document = part(bucketPolicy);
    const logging = part(bucketLogging);
    return {
      name: text(resource, "bucket"),
      arn: text(resource, "arn"),
      cors: corsRules(part(bucketCors)),
      lifecycle: lifecycleRules(part(bucketLifecycle)),
      eventBridge: sendsToEventBridge(part(bucketNotification)),
      ...(logging ? { logging: logTarget(reader, logging) } : {}),
      ...(document ? { policy: policy(document, "policy", document.inputs.policy) } : {}),
    };
  });
}

function corsRules(resource: Resource | undefined): CorsRule[] {
  if (!resource) return [];
  return (resource.inputs.corsRules as Partial<CorsRule>[]).map((rule) => {
    only(resource, rule, [
      "allowedOrigins",
      "allowedMethods",
      "allowedHeaders",
      "exposeHeaders",
      "maxAgeSeconds",
      "id",
    ]);
    return {
      allowedOrigins: rule.allowedOrigins ?? [],
      allowedMethods: rule.allowedMethods ?? [],
      allowedHeaders: rule.allowedHeaders ?? [],
      exposeHeaders: rule.exposeHeaders ?? [],
      ...(rule.maxAgeSeconds === undefined ? {} : { maxAgeSeconds: rule.maxAgeSeconds }),
    };
  });
}

function lifecycleRules(resource: Resource | undefined): LifecycleRule[] {
  if (!resource) return [];
  only(resource, resource.inputs, ["bucket", "rules", "transitionDefaultMinimumObjectSize"]);
  return (resource.inputs.rules as Record<string, any>[]).map((rule) => {
    only(resource, rule, ["id", "status", "prefix", "filter", "expiration", "abortIncompleteMultipartUpload"]);
    const { tag, ...filter } = rule.filter ?? {};
    only(resource, filter, ["prefix"], "filter.");
    only(resource, tag ?? {}, ["key", "value"], "filter.tag.");
    // S3 takes one criterion, or several under `and`; parts of an upload bear no tags.
    if (tag && (filter.prefix || rule.abortIncompleteMultipartUpload))
      throw refuse(resource, `its rule ${rule.id} has a tag and what cannot be had with one`);
    only(resource, rule.expiration ?? {}, ["days"], "expiration.");
    const expirationDays = rule.expiration?.days;
    const abortDays = rule.abortIncompleteMultipartUpload?.daysAfterInitiation;
    return {
      id: rule.id,
      enabled: rule.status === "Enabled",
      prefix: rule.filter?.prefix ?? rule.prefix ?? "",
      ...(tag ? { tag: { key: tag.key, value: tag.value } } : {}),
      ...(expirationDays === undefined ? {} : { expirationDays }),
      ...(abortDays === undefined ? {} : { abortIncompleteMultipartDays: abortDays }),
    };
  });
}

function sendsToEventBridge(resource: Resource | undefined): boolean {
  if (!resource) return false;
  only(resource, resource.inputs, ["bucket", "eventbridge"]);
  return resource.inputs.eventbridge === true;
}

/** Keys with all in one folder have another form, which is not written here. */
function logTarget(reader: Reader, resource: Resource): Bucket["logging"] {
  const { inputs } = resource;
  only(resource, inputs, ["bucket", "targetBucket", "targetPrefix", "targetObjectKeyFormat"]);
  only(resource, inputs.targetObjectKeyFormat ?? {}, ["partitionedPrefix"], "targetObjectKeyFormat.");
  const { partitionedPrefix } = inputs.targetObjectKeyFormat ?? {};
  if (!partitionedPrefix) throw refuse(resource, "its keys are not partitioned by date");
  const target = reader.resolve(resource, inputs.targetBucket, TYPE.bucket);
  return {
    bucketName: text(target, "bucket"),
    prefix: inputs.targetPrefix ?? "",
    dateSource: partitionedPrefix.partitionDateSource ?? "EventTime",
  };
}
