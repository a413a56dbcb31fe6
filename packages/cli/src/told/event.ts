import * as v from "valibot";

/** The log line of whoever has put an event on the bus; fields that come later are passed on. */
const Line = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    message: v.literal("told"),
    type: v.string(),
    detail: v.looseObject({
      id: v.string(),
      at: v.string(),
      eventId: v.string(),
      mediaId: v.optional(v.string()),
      status: v.optional(v.string()),
      reason: v.optional(v.looseObject({ code: v.string() })),
      error: v.optional(v.string()),
      urls: v.optional(v.looseObject({ content: v.string() })),
    }),
  }),
);

export type ToldEvent = Pick<v.InferOutput<typeof Line>, "type" | "detail">;

/** The event of which a line of a log tells; undefined where it tells of none. */
export function eventOf(message: string): ToldEvent | undefined {
  const read = v.safeParse(Line, message);
  return read.success ? { type: read.output.type, detail: read.output.detail } : undefined;
}
