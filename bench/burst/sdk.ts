import { StateError } from "@dropclip/local/states/errors";
import { awsSdk } from "@dropclip/local/states/integrations/aws-sdk";
import type { Integration } from "@dropclip/local/states/integrations/integration";
import type { JsonObject } from "@dropclip/local/states/types";
import type { World } from "@dropclip/local/world";
import type { MediaConvert } from "./media-convert.ts";
import { jitter, type Random } from "./random.ts";

/**
 * How long the calls take. Assumed. S3 allows thousands of requests a second per prefix, so nothing is throttled here.
 */
const CALL_MS: Record<string, number> = {
  "aws-sdk:mediaconvert:probe": 3_000,
  "aws-sdk:s3:deleteObject": 50,
};

/** SDK integrations with the quotas modelled; which calls exist and which are refused is the real code's. */
export function sdk(world: World, mediaConvert: MediaConvert, random: Random): Integration {
  const { describe, refusal } = awsSdk(world);
  return {
    describe,
    refusal: (resource, fields) =>
      nameOf(resource) in CALL_MS ? refusal!(resource, fields) : `the burst does not know how long ${resource} takes`,
    async call({ resource, arguments: args }) {
      const probes = resource.endsWith(":probe");
      if (probes && !mediaConvert.probe((args as any).InputFiles[0].FileUrl)) {
        throw new StateError("MediaConvert.TooManyRequestsException", "Too Many Requests (Service: MediaConvert)");
      }
      await world.clock.sleep(Math.round(jitter(CALL_MS[nameOf(resource)]!, random)));
      const answer: JsonObject = probes ? { ProbeResults: [{}] } : {};
      return answer;
    },
  };
}

/** `aws-sdk:s3:deleteObject` from a task's resource. */
const nameOf = (resource: string) => resource.slice(resource.indexOf(":::") + 3);
