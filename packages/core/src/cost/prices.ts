/** What AWS asks for one unit of something in us-east-1, US dollars. */
export interface Price {
  /** Undefined: not known. */
  usd: number | undefined;
  unit: string;
  /** AWS's page of it, and when the price was read. */
  source: string;
  read: string;
  /** It was read on that page; the others are what third parties say of it. */
  confirmed: boolean;
}

const READ = "2026-11-28";
const third = (usd: number | undefined, unit: string, source: string): Price => ({
  ...{ usd, unit, source, read: READ, confirmed: false },
});
const aws = (usd: number, unit: string, source: string): Price => ({ ...third(usd, unit, source), confirmed: true });

const MEDIA_CONVERT = "https://aws.amazon.com/mediaconvert/pricing/";
const LAMBDA = "https://aws.amazon.com/lambda/pricing/";
const DYNAMO = "https://aws.amazon.com/dynamodb/pricing/on-demand/";
const S3 = "https://aws.amazon.com/s3/pricing/";
const CLOUDFRONT = "https://aws.amazon.com/cloudfront/pricing/";
const CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/";

/** Change them here when AWS does. None of them counts a discount for large amounts, or what AWS gives for nothing. */
export const PRICES = {
  "MediaConvert, SD": third(0.0075, "minute of output", MEDIA_CONVERT),
  "MediaConvert, HD": third(0.015, "minute of output", MEDIA_CONVERT),
  "MediaConvert, professional tier": third(undefined, "minute of output", MEDIA_CONVERT),
  "MediaConvert, sound alone": third(undefined, "minute of output", MEDIA_CONVERT),
  "MediaConvert, frames": third(undefined, "minute of output", MEDIA_CONVERT),
  "MediaConvert, probe": third(undefined, "file", MEDIA_CONVERT),
  "Step Functions": aws(0.000025, "transition", "https://aws.amazon.com/step-functions/pricing/"),
  "Lambda, time": third(0.0000133334, "GB-second", LAMBDA),
  "Lambda, calls": third(0.0000002, "call", LAMBDA),
  "DynamoDB, writes": third(0.000000625, "write unit", DYNAMO),
  "DynamoDB, reads": third(0.000000125, "read unit", DYNAMO),
  "S3, writes": third(0.000005, "request", S3),
  "S3, reads": third(0.0000004, "request", S3),
  "S3, kept": third(0.023, "GB-month", S3),
  "CloudFront, bytes": aws(0.085, "GB", CLOUDFRONT),
  "CloudFront, requests": third(0.000001, "request", CLOUDFRONT),
  "CloudWatch, alarms": third(0.1, "metric of an alarm", CLOUDWATCH),
  "CloudWatch, metrics": third(0.3, "metric", CLOUDWATCH),
  "CloudWatch, dashboards": third(3, "dashboard", CLOUDWATCH),
} as const satisfies Record<string, Price>;
export type Item = keyof typeof PRICES;

/** What CloudFront gives every account each month for nothing, for ever (AWS: CloudFront pricing). */
export const FREE = { bytes: 1e12, requests: 10_000_000 } as const;
