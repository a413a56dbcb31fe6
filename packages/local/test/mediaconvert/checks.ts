import { checkSettings } from "../../src/mediaconvert/model/check.ts";
import { read } from "../../src/mediaconvert/model/read.ts";
import { refuseUntranslated } from "../../src/mediaconvert/model/support.ts";
import { captures, files, hls, mp4, request } from "./settings.ts";

const valid = () =>
  structuredClone(request([files([mp4()]), files([captures()], "s3://content/f/"), hls([640])])) as any;
export const output = (body: any) => body.Settings.OutputGroups[0].Outputs[0];
export const h264 = (body: any) => output(body).VideoDescription.CodecSettings.H264Settings;

/** Applies all three layers of checks, as CreateJob does. */
export function check(change: (body: any) => void) {
  const body = valid();
  change(body);
  const read_ = read("CreateJobRequest", body, "sdk");
  refuseUntranslated(read_);
  checkSettings(read_.Settings);
}
