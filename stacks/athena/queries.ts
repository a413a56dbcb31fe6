import { COUNTS, EVENT, lastDays, path, UPLOAD, viewed } from "./conditions";

/** The table of what the edge was asked. */
export const EDGE = "edge";

/** Days that a query looks back, and for what does not work only these. Change them in the query for others. */
const DAYS = 30;
const LATELY = 7;
const ROWS = 100;

interface Saved {
  title: string;
  description: string;
  /** For Athena's engine 3, which is Trino's. */
  query: string;
}

const ofMedia = `from ${EDGE}\nwhere distribution = 'media'\n  and ${lastDays(DAYS)}`;

/** Saved queries of Athena. Each reads every log object once, however often its arrival was told. */
export const QUERIES: Record<string, Saved> = {
  TopClips: {
    title: "Top clips",
    description: "The clips that were started most often",
    query: `select ${EVENT} as event, ${UPLOAD} as upload, count(*) as plays
${ofMedia}
  and ${viewed("play")}
group by 1, 2
order by 3 desc, 1, 2
limit ${ROWS}`,
  },
  NotFound: {
    title: "4xx by path",
    description: "What was asked for in vain, of pages and media",
    query: `select distribution, "sc-status" as status, "cs-uri-stem" as path, count(*) as requests
from ${EDGE}
where ${lastDays(LATELY)}
  and "sc-status" like '4__'
group by 1, 2, 3
order by 4 desc, 1, 2, 3
limit ${ROWS}`,
  },
  Referers: {
    title: "Referers",
    description: "Sites whose pages led to pages of ours, or show media of ours",
    query: `select distribution,
  coalesce(nullif(split_part("cs(referer)", '/', 3), ''), "cs(referer)") as site,
  count(*) as requests
from ${EDGE}
where ${lastDays(DAYS)}
  and "cs(referer)" not in ('-', '')
group by 1, 2
order by 3 desc, 1, 2
limit ${ROWS}`,
  },
  BytesByEvent: {
    title: "Bytes by event",
    description: "What the CDN sent of each event's clips and photos, pictures in lists and headers included",
    query: `select ${EVENT} as event, sum(try_cast("sc-bytes" as bigint)) as bytes
${ofMedia}
  and ${COUNTS}
group by 1
order by 2 desc, 1`,
  },
  ViewsPerEvent: {
    title: "Views per event",
    description: "Clips started and photos opened by day, counted as for creatives; deleted ones are here too",
    query: `select ${EVENT} as event, "date" as day,
  count_if(${path("play")}) as plays,
  count_if(${path("open")}) as opens
${ofMedia}
  and ${viewed("play", "open")}
group by 1, 2
order by 2 desc, 1`,
  },
};
