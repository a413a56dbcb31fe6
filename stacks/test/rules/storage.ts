import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Resource } from "@dropclip/synth/graph";
import { all, finding, type Rule } from "./finding.ts";

/**
 * `serverSideEncryption` chooses a KMS key whose requests are billed; without it DynamoDB encrypts with a key of its
 * own.
 */
export const billedKey: Rule = (graph) =>
  all(graph, TYPE.table)
    .filter(({ inputs }) => inputs.serverSideEncryption?.enabled)
    .map((table) =>
      finding(table, "serverSideEncryption is billed by the request: leave it out for the AWS-owned key"),
    );

/** Parts of multipart uploads that were never completed are in no list, and are paid for until a rule removes them. */
export const keptParts: Rule = (graph) =>
  all(graph, TYPE.bucket)
    .filter((bucket) => !lifecycleRules(graph.resources, bucket).some(abortsAll))
    .map((bucket) =>
      finding(bucket, "keeps parts of uploads never completed: no rule aborts incomplete multipart uploads"),
    );

const lifecycleRules = (resources: Resource[], bucket: Resource): any[] =>
  resources
    .filter(({ type, inputs }) => type === TYPE.bucketLifecycle && inputs.bucket === bucket.inputs.bucket)
    .flatMap(({ inputs }) => inputs.rules ?? []);

const abortsAll = ({ status, filter = {}, prefix, abortIncompleteMultipartUpload }: any) =>
  status === "Enabled" &&
  abortIncompleteMultipartUpload?.daysAfterInitiation > 0 &&
  !prefix &&
  Object.values(filter).every((value) => value === "");

/**
 * CloudFront refuses a distribution whose bucket is not there (`InvalidOrigin`), and a name alone does not make the
 * provider wait.
 */
export const distributionBeforeBucket: Rule = (graph) =>
  all(graph, TYPE.distribution).flatMap((distribution) => {
    const { dependencies = [] } = distribution;
    const origins: { domainName: string }[] = distribution.inputs.origins ?? [];
    const buckets = origins.flatMap(({ domainName }) =>
      all(graph, TYPE.bucket).filter(({ outputs }) =>
        [outputs.bucketRegionalDomainName, outputs.bucketDomainName].includes(domainName),
      ),
    );
    return buckets
      .filter(({ type, name }) => !dependencies.includes(`${type}::${name}`))
      .map(({ name }) =>
        finding(distribution, `may be made before its origin, Bucket ${name}: it does not wait for it`),
      );
  });
