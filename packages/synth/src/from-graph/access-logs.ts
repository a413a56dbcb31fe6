import type { AccessLog } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { only, type Reader, refuse, text } from "./reader.ts";
import { TYPE } from "./types.ts";

/** Where CloudFront's logs are arranged, and nowhere else (AWS: Configure standard logging). */
const REGION = "us-east-1";

/** Throws for what CloudWatch Logs would not deliver; only CloudFront's logs are. */
export function checkLogs(reader: Reader) {
  reader.checkReferences(TYPE.logSource, "resourceArn", TYPE.distribution);
  reader.checkReferences(TYPE.logDelivery, "deliverySourceName", TYPE.logSource);
  for (const type of [TYPE.logSource, TYPE.logDestination, TYPE.logDelivery])
    for (const resource of reader.all(type))
      if ((resource.inputs.region ?? reader.graph.region) !== REGION)
        throw refuse(resource, `CloudFront's logs are arranged in ${REGION}`);
}

/** The deliveries of a distribution's access logs to buckets. */
export function accessLogs(reader: Reader, distribution: Resource): AccessLog[] {
  const source = reader.oneReferring(TYPE.logSource, "resourceArn", distribution);
  if (!source) return [];
  only(source, source.inputs, ["name", "logType", "resourceArn"]);
  if (source.inputs.logType !== "ACCESS_LOGS") throw refuse(source, `it delivers ${source.inputs.logType}`);
  // One delivery of each kind of destination to a source (AWS: CreateDelivery).
  const delivery = reader.oneReferring(TYPE.logDelivery, "deliverySourceName", source);
  return delivery ? [accessLog(reader, source, delivery)] : [];
}

function accessLog(reader: Reader, source: Resource, delivery: Resource): AccessLog {
  const { inputs } = delivery;
  only(delivery, inputs, ["deliverySourceName", "deliveryDestinationArn", "recordFields", "s3DeliveryConfigurations"]);
  const [configuration = {}] = inputs.s3DeliveryConfigurations ?? [];
  only(delivery, configuration, ["suffixPath"], "s3DeliveryConfiguration.");
  if (!Array.isArray(inputs.recordFields)) throw refuse(delivery, "it does not say which fields it delivers");
  return {
    sourceArn: text(source, "arn"),
    ...target(reader, reader.resolve(delivery, inputs.deliveryDestinationArn, TYPE.logDestination)),
    suffixPath: configuration.suffixPath ?? "",
    fields: inputs.recordFields,
  };
}

/** A bucket's ARN, with what keys shall begin with behind it; without that AWS puts `AWSLogs/…` there. */
function target(reader: Reader, resource: Resource) {
  const { outputFormat, deliveryDestinationConfiguration: configuration } = resource.inputs;
  only(resource, resource.inputs, ["name", "outputFormat", "deliveryDestinationConfiguration"]);
  if (outputFormat !== "json") throw refuse(resource, "its outputFormat is not json");
  const [bucketArn, ...folders] = String(configuration?.destinationResourceArn).split("/");
  const bucket = reader.resolve(resource, bucketArn, TYPE.bucket);
  const prefix = folders.join("/") || `AWSLogs/${reader.graph.account}/CloudFront`;
  return { bucketName: text(bucket, "bucket"), prefix: `${prefix.replace(/\/$/, "")}/` };
}
