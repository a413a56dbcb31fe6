import { INDEX_PAGE, PATTERNS } from "../packages/core/src/keys";
import type { Database } from "./database";
import type { Delivery } from "./delivery";
import type { Eventing } from "./eventing";
import { handler } from "./handler";
import type { Web } from "./web";

/**
 * Keeps a page for each event and collection, which tells those who run no scripts what a link leads to: when one of
 * them changes, and all of them when the pages are published anew.
 */
export function cards(web: Web, tables: Database, edge: Delivery, events: Eventing) {
  const { keptWhenFailed, keep, announce, source } = events;
  const { uploads, collections } = tables;
  const index = (table: sst.aws.Dynamo, name: string) => $interpolate`${table.arn}/index/${name}`;
  const writePage = handler("WritePage", "upkeep/write-page", {
    ...keptWhenFailed,
    // All pages may take longer: then the next one goes on.
    timeout: "10 minutes",
    environment: {
      UPLOADS_TABLE: uploads.name,
      EVENTS_TABLE: tables.events.name,
      COLLECTIONS_TABLE: collections.name,
      PAGES_BUCKET: web.bucket,
      PAGES_URL: web.url,
      CDN_URL: edge.url,
      ...announce.environment,
    },
    permissions: [
      { actions: ["dynamodb:GetItem", "dynamodb:Query"], resources: [tables.events.arn] },
      { actions: ["dynamodb:Query"], resources: [index(tables.events, "newest"), index(tables.events, "byCreative")] },
      { actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], resources: [collections.arn] },
      { actions: ["dynamodb:BatchGetItem"], resources: [uploads.arn] },
      { actions: ["s3:GetObject"], resources: [$interpolate`${web.arn}/${INDEX_PAGE}`] },
      // Without it S3 does not tell that nothing was published from that it may not be read.
      { actions: ["s3:ListBucket"], resources: [web.arn] },
      {
        actions: ["s3:PutObject", "s3:DeleteObject"],
        resources: [
          $interpolate`${web.arn}/${PATTERNS.eventPages}`,
          $interpolate`${web.arn}/${PATTERNS.collectionPages}`,
        ],
      },
      announce.permission,
      keep,
    ],
  });
  const pageDue = events.rule("PageDue", "An event or a collection has changed: its page follows", {
    eventPattern: { source: [source], "detail-type": ["Page Due"] },
  });
  events.toFunction("PageDue", pageDue, writePage);
  const pagesPublished = events.rule(
    "PagesPublished",
    "The pages were published: those of events and collections follow",
    {
      eventPattern: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [web.bucket] }, object: { key: [INDEX_PAGE] } },
      },
    },
  );
  events.toFunction("PagesPublished", pagesPublished, writePage);
}
