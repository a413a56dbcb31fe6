const UTC = { timeZone: "UTC" } as const;
const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", ...UTC });
const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", ...UTC });

interface Happening {
  performer?: string | undefined;
  venue?: string | undefined;
  startsAt?: string | undefined;
  endsAt?: string | undefined;
}

/** Who performs, where and when, and what is to be seen of it. */
export function describeEvent({ performer, venue, startsAt, endsAt }: Happening): string {
  const when = startsAt && span(new Date(startsAt), endsAt ? new Date(endsAt) : undefined);
  const facts = [performer, venue, when].filter((fact) => fact !== undefined).join(", ");
  return inLine(`${facts ? `${facts}. ` : ""}Clips and photos from fans.`);
}

/** From when to when, in UTC, which it says: nothing is known of the venue's own zone. */
function span(start: Date, end: Date | undefined): string {
  const begins = `${DATE.format(start)}, ${TIME.format(start)}`;
  if (!end) return `${begins} UTC`;
  if (DATE.format(start) === DATE.format(end)) return `${begins}–${TIME.format(end)} UTC`;
  return `${begins} – ${DATE.format(end)}, ${TIME.format(end)} UTC`;
}

/** The creative's own words, or what it is. */
export const describeCollection = ({ description }: { description?: string | undefined }): string =>
  description ? shortened(inLine(description)) : "A collection of clips and photos from fans.";

export const inLine = (text: string) => text.replace(/\s+/g, " ");

/** Who shows cards cuts them off at about two lines. */
const DESCRIPTION_CHARACTERS = 200;
const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Cut between characters as people see them: an emoji may be made of many. */
function shortened(text: string): string {
  const characters = Array.from(CHARACTERS.segment(text), ({ segment }) => segment);
  if (characters.length <= DESCRIPTION_CHARACTERS) return text;
  return `${characters
    .slice(0, DESCRIPTION_CHARACTERS - 1)
    .join("")
    .trimEnd()}…`;
}
