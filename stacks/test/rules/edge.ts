import type { Bucket, CacheBehavior, Cloud, Distribution } from "@dropclip/synth/cloud";
import { cloud } from "@dropclip/synth/cloud-from-graph";
import type { Rule } from "./finding.ts";

/** What S3 reads of a preflight; without them it is none to S3 (400). */
const PREFLIGHT = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"];

/**
 * A response-headers policy answers no preflight: where OPTIONS is allowed, S3 must be sent what it needs, and have a
 * rule.
 */
export const unansweredPreflights: Rule = (graph) => {
  const facts = cloud(graph);
  return behaviorsOf(facts).flatMap(({ distribution, behavior }) => {
    const { allowedMethods, cachePolicy, originRequestPolicy, responseHeadersPolicy, pathPattern } = behavior;
    const cors = responseHeadersPolicy?.cors;
    if (!cors || !allowedMethods.includes("OPTIONS")) return [];
    const sent = [...cachePolicy.headers, ...(originRequestPolicy?.headers ?? [])].map((name) => name.toLowerCase());
    const missing = PREFLIGHT.filter((name) => !sent.includes(name.toLowerCase()));
    const bucket = bucketOf(facts, distribution, behavior);
    const refused = cors.allowOrigins.filter((origin) => !lets(bucket, origin));
    const at = `Distribution ${distribution.id}, behaviour ${pathPattern}: preflights fail,`;
    return [
      ...(missing.length ? [`${at} ${missing.join(", ")} do not go to the origin`] : []),
      ...(refused.length ? [`${at} ${bucket?.name} has no rule that lets ${refused.join(", ")} GET`] : []),
    ];
  });
};

/** A response-headers policy is added to errors too: what it lets browsers keep, they keep of a 403 as well. */
export const keptErrors: Rule = (graph) =>
  behaviorsOf(cloud(graph)).flatMap(({ distribution, behavior }) =>
    (behavior.responseHeadersPolicy?.headers ?? [])
      .filter(({ header, value }) => header.toLowerCase() === "cache-control" && /max-age\s*=\s*"?0*[1-9]/i.test(value))
      .map(
        ({ value }) =>
          `Distribution ${distribution.id}, behaviour ${behavior.pathPattern}: errors too bear Cache-Control ${value}`,
      ),
  );

const behaviorsOf = ({ distributions }: Cloud) =>
  distributions.flatMap((distribution) =>
    [...distribution.behaviors, distribution.defaultBehavior].map((behavior) => ({ distribution, behavior })),
  );

function bucketOf({ buckets }: Cloud, { origins }: Distribution, { originId }: CacheBehavior): Bucket | undefined {
  const origin = origins.find((one) => one.originId === originId);
  return buckets.find(({ name }) => name === origin?.bucketName);
}

const lets = (bucket: Bucket | undefined, origin: string) =>
  bucket?.cors.some(
    ({ allowedMethods, allowedOrigins }) =>
      allowedMethods.includes("GET") && (allowedOrigins.includes("*") || allowedOrigins.includes(origin)),
  );
