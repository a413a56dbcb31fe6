import { clean, counted, timeText } from "../format.ts";
import { facts } from "../show/facts.ts";
import { type Page, statusStyle } from "../show/page.ts";
import { type Column, table } from "../table.ts";
import { costOf, readStacks } from "./count.ts";
import type { Rows } from "./records.ts";
import { costLine, costNotes, moneyText } from "./report.ts";

/** The record of an upload as operators read it: whosever it is, what failed on our side, and what it cost. */
export function operatorRecord({ upload, media }: Rows) {
  const { uploadId, eventId, fanId, creativeId, contentType, status, createdAt } = upload;
  // Read once: an upload has up to 21 media.
  const stacks = readStacks();
  return {
    ...{ uploadId, eventId, fanId, creativeId, contentType, status, createdAt },
    media: media.map((row) => {
      const { mediaId, fileName, bytes, visibility = "public", width, height, durationMs, reason, failure } = row;
      const shown = { mediaId, fileName, bytes, status: row.status, visibility, width, height, durationMs };
      return { ...shown, retries: row.retries ?? 0, reason, failure, cost: costOf([row], stacks) };
    }),
    cost: costOf(media, stacks),
  };
}

type Record = ReturnType<typeof operatorRecord>;

/** The same as text. */
export function operatorPage({ media, cost, ...upload }: Record, { paint, width }: Page): string {
  const about = facts([
    ["upload", upload.uploadId],
    ["event", upload.eventId],
    ["fan", upload.fanId],
    ["status", upload.status],
    ["created", timeText(upload.createdAt)],
    ["cost", costLine(cost)],
  ]);
  const columns: Column[] = [
    ...[{ title: "media" }, { title: "status", style: statusStyle(paint) }, { title: "cost", right: true }],
    ...[
      { title: "file", flexible: true },
      { title: "what happened", flexible: true },
    ],
  ];
  const rows = media.map((one) =>
    [one.mediaId, one.status, moneyText(one.cost.total), one.fileName, happened(one)].map(clean),
  );
  return [about, ...costNotes(cost), "", table(columns, rows, width)].join("\n");
}

function happened({ visibility, reason, failure, retries }: Record["media"][number]): string {
  return [
    ...(reason?.code ? [reason.code] : visibility === "public" ? [] : [visibility]),
    // Its cause has the stack of a function: `dropclip execution` shows it, and --json.
    ...(failure?.error ? [failure.error] : []),
    ...(retries > 0 ? [`tried again ${counted(retries, "time")}`] : []),
  ].join("; ");
}
