import { INDEXES, type Table } from "./store/tables.ts";

/**
 * The one file that reads the environment. The stacks set these names on every function that needs them; a name that is
 * missing is an error at its first use, naming it.
 */
const read = (name: string) => {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
};

/** Names of the tables that an environment names. */
export const tablesIn = (environment: Record<string, string | undefined>): Partial<Record<Table, string>> =>
  Object.fromEntries(
    Object.keys(INDEXES).flatMap((table) => {
      const name = environment[`${table.toUpperCase()}_TABLE`];
      return name ? [[table, name]] : [];
    }),
  );

export const config = {
  /** Names of the tables, of those that this function may ask. */
  get tables() {
    return tablesIn(process.env);
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
  /** The stage, as metrics name it. */
  get stage() {
    return read("STAGE");
  },
  /** What this stage's own events on the event bus name as their source. */
  get eventSource() {
    return read("EVENT_SOURCE");
  },
  /** What other programs know this stage's events by. */
  get toldSource() {
    return read("TOLD_SOURCE");
  },
  /** Where events are delivered to, and the parameter that holds the secrets by which they are signed. */
  get webhookUrl() {
    return read("WEBHOOK_URL");
  },
  get webhookParameter() {
    return read("WEBHOOK_PARAMETER");
  },
  /** ARNs of the roles whose sessions sign URLs: their policies bound what a URL can do. */
  get fanRole() {
    return read("FAN_ROLE");
  },
  get creativeRole() {
    return read("CREATIVE_ROLE");
  },
  get profileRole() {
    return read("PROFILE_ROLE");
  },
  get downloadRole() {
    return read("DOWNLOAD_ROLE");
  },
  /** Seals the cursors of lists: base64 of 32 bytes. */
  get cursorKey() {
    return read("CURSOR_KEY");
  },
  /** Id of the distribution, for invalidations. */
  get distributionId() {
    return read("DISTRIBUTION_ID");
  },
  /** Where the API is, without a slash at the end. */
  get apiUrl() {
    return read("API_URL");
  },
  /** Where users sign in: the OpenID issuer, and the app's client id there. */
  get issuer() {
    return read("ISSUER");
  },
  get clientId() {
    return read("CLIENT_ID");
  },
  /** The client by which users change their own account: the API takes none of its tokens. */
  get accountClientId() {
    return read("ACCOUNT_CLIENT_ID");
  },
  /** The pool users sign in to: who is in which group is asked there, and deleted accounts are taken out of it. */
  get userPoolId() {
    return read("USER_POOL_ID");
  },
  /** Set by Lambda. */
  get region() {
    return read("AWS_REGION");
  },
  /** Where S3 is, if not at AWS's own address: the SDKs' own variables. */
  get s3Endpoint() {
    return process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL || undefined;
  },
  /** Where the edge serves from, without a slash at the end: `https://d123.cloudfront.net`. */
  get cdnUrl() {
    return read("CDN_URL");
  },
  /** Where the pages are kept, and where they are served from, without a slash at the end. */
  get pagesBucket() {
    return read("PAGES_BUCKET");
  },
  get pagesUrl() {
    return read("PAGES_URL");
  },
};
