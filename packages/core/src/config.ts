/**
 * The one file that reads the environment. The stacks set these names on every function that needs them; a name that is
 * missing is an error at its first use, naming it.
 */
const read = (name: string) => {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
};

export const config = {
  /** Names of the three tables. */
  get uploadsTable() {
    return read("UPLOADS_TABLE");
  },
  get eventsTable() {
    return read("EVENTS_TABLE");
  },
  get collectionsTable() {
    return read("COLLECTIONS_TABLE");
  },
  /** Names of the three buckets. */
  get uploadsBucket() {
    return read("UPLOADS_BUCKET");
  },
  get contentBucket() {
    return read("CONTENT_BUCKET");
  },
  get imagesBucket() {
    return read("IMAGES_BUCKET");
  },
  /** ARN of the state machine that takes arrived objects in. */
  get ingestArn() {
    return read("INGEST_ARN");
  },
  /** Where the edge serves from, without a slash at the end: `https://d123.cloudfront.net`. */
  get cdnUrl() {
    return read("CDN_URL");
  },
};
