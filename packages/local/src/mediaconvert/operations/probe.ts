import type { ProbeRequest } from "@aws-sdk/client-mediaconvert";
import { existingTags } from "../../s3/tags.ts";
import { badRequest, JobError, notFound, unsupported } from "../errors.ts";
import { inspect } from "../ffmpeg/inspect.ts";
import { probeResult } from "../ffmpeg/probe-result.ts";
import { read, toWire } from "../model/read.ts";
import { parseS3Uri } from "../names.ts";
import { type Operation, parseBody } from "../state.ts";

/**
 * The contents of one media file, read with the caller's own rights. Throws NotFoundException when
 * there is no such object and BadRequestException when it is no media file.
 */
export const probe: Operation = async (service, input, { principal }) => {
  const { world, objects } = service;
  const { InputFiles: files = [] }: ProbeRequest = read("ProbeRequest", parseBody(input.body), "wire");
  world.authorize(principal, "mediaconvert:Probe", "*");
  if (files.length !== 1) throw badRequest("/inputFiles: Should have exactly 1 item");
  const uri = files[0]!.FileUrl;
  if (!uri) throw badRequest("/inputFiles/0: fileUrl is a required property");
  if (/^https?:/.test(uri)) throw unsupported("/inputFiles/0/fileUrl that is no s3:// URI");
  const location = parseS3Uri(uri);
  if (!location?.key) throw badRequest("/inputFiles/0/fileUrl: Should be an s3:// URI of an object");
  const object = objects.find(location.bucket, location.key);
  const resource = `arn:aws:s3:::${location.bucket}/${location.key}`;
  world.authorize(principal, "s3:GetObject", resource, existingTags(object?.tags));
  // To a caller who may not list, S3 answers "access denied", whether the object exists or not.
  if (!object) world.authorize(principal, "s3:ListBucket", `arn:aws:s3:::${location.bucket}`);
  if (!object)
    throw notFound(`Unable to open input file [${uri}]: [Failed probe/open: [Failed to read data: HeadObject failed]]`);
  try {
    const found = probeResult(await inspect(service, object.path, uri, world.store.frozen), object);
    return { body: toWire("ProbeResponse", { ProbeResults: [found] }) };
  } catch (error) {
    if (error instanceof JobError) throw badRequest(error.message);
    throw error;
  }
};
