import { type Command, InvalidArgumentError } from "commander";
import { bytesOf, countOf, durationOf } from "../../input/amounts.ts";
import { timeOf } from "../../input/times.ts";

const MOST_UPLOADS = 10_000;

/** The fields of an event that the options set; `false` where one removes a field. */
export interface Fields {
  title?: string;
  venue?: string | false;
  starts?: string | false;
  ends?: string | false;
  opens?: string;
  closes?: string;
  takes?: string[];
  videoSize?: number;
  videoLength?: number;
  imageSize?: number;
  perFan?: number;
  review?: boolean;
}

/** The options that describe an event. */
export function addFields(command: Command): Command {
  return command
    .option("--venue <name>", "where it is")
    .option("--starts <time>", "when it begins", timeOf)
    .option("--ends <time>", "when it is over", timeOf)
    .option("--opens <time>", "when uploads begin", timeOf)
    .option("--closes <time>", "when uploads end", timeOf)
    .option("--takes <kinds>", "video, image or both, as video,image", kindsOf)
    .option("--video-size <size>", "largest video, such as 2GB", bytesOf)
    .option("--video-length <duration>", "longest video, such as 10m", durationOf)
    .option("--image-size <size>", "largest photo, such as 20MB", bytesOf)
    .option("--per-fan <n>", "uploads a fan may send", countOf(MOST_UPLOADS, "number of uploads"))
    .option("--review", "you look at what fans send before it is published");
}

/** The fields as the API expects them; options that were not given are left out. */
export function bodyOf(fields: Fields): Record<string, unknown> {
  const body = {
    title: fields.title,
    venue: orNull(fields.venue),
    startsAt: orNull(fields.starts),
    endsAt: orNull(fields.ends),
    opensAt: fields.opens,
    closesAt: fields.closes,
    contentTypes: fields.takes,
    videoBytes: fields.videoSize,
    videoDurationMs: fields.videoLength,
    imageBytes: fields.imageSize,
    uploadsPerFan: fields.perFan,
    review: fields.review,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function orNull<T>(value: T | false | undefined): T | null | undefined {
  return value === false ? null : value;
}

function kindsOf(text: string): string[] {
  const kinds = text.split(",").map((kind) => kind.trim().toLowerCase().replace(/s$/, ""));
  if (kinds.every((kind) => kind === "video" || kind === "image")) return [...new Set(kinds)];
  throw new InvalidArgumentError("Kinds are video and image, as video,image.");
}
