import type { CmafGroupSettings, FileGroupSettings, OutputGroup } from "@aws-sdk/client-mediaconvert";

/** An object's place, as `s3://bucket/key` names it. */
export interface Location {
  bucket: string;
  key: string;
}

/** The bucket and key of an S3 URI; undefined when it is none. The key may be empty or end in a slash. */
export function parseS3Uri(uri: string): Location | undefined {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri);
  return match ? { bucket: match[1]!, key: match[2] ?? "" } : undefined;
}

export const s3Uri = ({ bucket, key }: Location) => `s3://${bucket}/${key}`;

/** The settings of the group that its type names, those with the destination. */
export function groupSettings(group: OutputGroup): FileGroupSettings & CmafGroupSettings {
  const settings = group.OutputGroupSettings!;
  return (settings.Type === "FILE_GROUP_SETTINGS" ? settings.FileGroupSettings : settings.CmafGroupSettings) ?? {};
}

/**
 * Where a group's files begin: the destination, and when that names no file (it ends in a slash) the input's file name
 * without its extension ("If you do not specify the base filename in the URI, the service will use the filename of the
 * input file", SDK documentation of Destination).
 */
export function baseOf(group: OutputGroup, input: string): Location {
  const { bucket, key } = parseS3Uri(groupSettings(group).Destination!)!;
  if (key !== "" && !key.endsWith("/")) return { bucket, key };
  const file = parseS3Uri(input)!.key.split("/").at(-1)!;
  return { bucket, key: key + file.replace(/(?<=.)\.[^.]*$/, "") };
}

/**
 * Captured frames are named `{base}{modifier}.0000000.jpg`, counting from zero (SDK documentation of
 * FrameCaptureSettings).
 */
export const frameName = (stem: string, number: number) => `${stem}.${String(number).padStart(7, "0")}.jpg`;

/** Names of a CMAF rendition's files as MediaConvert gives them; segments count from one. */
export const cmafNames = (stem: string, extension: "cmfv" | "cmfa") => ({
  playlist: `${stem}.m3u8`,
  init: `${stem}init.${extension}`,
  segment: (number: number) => `${stem}_${String(number).padStart(9, "0")}.${extension}`,
});
