export * as Cost from "./cost.ts";

import type { EntityItem } from "electrodb";
import type { MediaEntity } from "../store/media.entity.ts";
import { type Amounts, Bill } from "./bill.ts";
import { Clip } from "./clip.ts";
import { FREE } from "./prices.ts";
import { type Machinery, work } from "./work.ts";

export { Bill, type Line } from "./bill.ts";
export { Clip } from "./clip.ts";
export { PRICES } from "./prices.ts";
export type { Machinery } from "./work.ts";

const GB = 1e9;

/** Row of a media, as far as it tells what was done for it. */
export type Row = Pick<
  EntityItem<typeof MediaEntity>,
  "mediaId" | "contentType" | "status" | "bytes" | "width" | "height" | "durationMs" | "conversion"
>;

/** One media: what taking it in cost once, and what keeping it costs a month. `assumed`: what its row does not tell. */
export function ofMedia(row: Row, machinery: Machinery): { once: Amounts; monthly: Amounts; assumed: string[] } {
  const { contentType, status, bytes, width, height, durationMs, conversion } = row;
  if (status === "pending" || status === "expired") return { once: {}, monthly: {}, assumed: [] };
  if (contentType === "image")
    return {
      once: { ...work("image", machinery), "S3, writes": 3, "S3, reads": 2 },
      monthly: status === "complete" ? { "S3, kept": bytes / GB } : {},
      assumed: [],
    };
  // Refused, or failed before anything was made: a job that ends in an error costs nothing (AWS: MediaConvert).
  if (!width || !height || !durationMs)
    return { once: { ...work("video", machinery), "MediaConvert, probe": 1 }, monthly: {}, assumed: [] };
  const { fps, ...more } = conversion ?? {};
  const facts = { width, height, durationMs, bytes, ...(fps ? { fps } : {}), ...more };
  const kept = status === "complete";
  return {
    once: Clip.amounts(facts, machinery),
    monthly: kept ? { "S3, kept": Clip.bytesKept(facts) / GB } : {},
    assumed: fps ? [] : ["at most 30 frames a second"],
  };
}

/** What a stage costs that nobody uses: alarms, metrics, dashboards. */
export interface Standing {
  alarmMetrics: number;
  metrics: number;
  dashboards: number;
}

export interface Month {
  /** Clips of 1080 lines with 30 frames a second, all together so many minutes long. */
  uploads: number;
  minutes: number;
  /** Plays, each of a whole clip in its highest rung: at most, since phones choose lower ones. */
  views: number;
}

/** Bits a second of what a phone sends of a 1080p clip. */
const SENT_BITS = 16e6;

/** A month in which so much comes in and is watched, and kept to its end. */
export function ofMonth({ uploads, minutes, views }: Month, machinery: Machinery, standing: Standing): Amounts {
  const durationMs = uploads > 0 ? (minutes * 60_000) / uploads : 0;
  const facts = { ...{ width: 1920, height: 1080, fps: 30, durationMs }, bytes: (SENT_BITS * durationMs) / 8000 };
  const clips = uploads > 0 ? Bill.times(Clip.amounts(facts, machinery), uploads) : {};
  const bytes = uploads > 0 ? views * Clip.filmBytes(facts) : 0;
  const requests = uploads > 0 ? views * 2 * (Clip.segmentsOf(facts) + 2) : 0;
  return Bill.add(clips, {
    "S3, kept": uploads > 0 ? (uploads * Clip.bytesKept(facts)) / GB : 0,
    "CloudFront, bytes": Math.max(0, bytes - FREE.bytes) / GB,
    "CloudFront, requests": Math.max(0, requests - FREE.requests),
    "CloudWatch, alarms": standing.alarmMetrics,
    "CloudWatch, metrics": standing.metrics,
    "CloudWatch, dashboards": standing.dashboards,
  });
}
