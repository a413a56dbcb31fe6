/** What Lambda leaves to functions that reserve nothing, in any account (AWS: reserved concurrency). */
const UNRESERVED = 100;
export const QUOTA = { serviceCode: "lambda", quotaCode: "L-B99A9384" };

/**
 * Executions at a time that are a function's own: others cannot take them, and it has no more. All together take little
 * enough that two stages fit into an account of 1,000.
 */
export const RESERVED: Record<string, number> = {
  // An answer takes about a tenth of a second, so these are 500 to 1,000 a second each, whatever ingest is doing.
  PublicApi: 100,
  UploadsApi: 100,
  EventsApi: 50,
  CollectionsApi: 50,
  // Part of signing up, where a user waits too.
  AssignGroup: 10,
  // These decode what strangers send, at 3 GB each: what makes them slow holds up pictures and nothing else.
  PublishImage: 100,
  AdoptPicture: 10,
  // Hiding must not wait for publishing.
  Settle: 20,
  Invalidate: 2,
  // One that is slow must hold up nothing else.
  Deliver: 4,
};
/** Functions that a stage has only where it is asked for. */
const OPTIONAL: Record<string, keyof Optional> = { Deliver: "webhook" };
type Optional = { webhook?: string | undefined };

/** The least quota with which a stage's functions reserve: what they take, and what AWS demands be left. */
export function needed(options: Optional): number {
  const there = Object.entries(RESERVED).filter(([name]) => !OPTIONAL[name] || options[OPTIONAL[name]] !== undefined);
  return there.reduce((sum, [, own]) => sum + own, UNRESERVED);
}

/** What someone who deploys into an account with fewer than are `least` is told. */
export const tooFew = (executions: number, least: number) =>
  `Lambda runs ${executions} functions at a time in this account and Region: too few to keep some for the API, so while many ` +
  `uploads arrive it may answer 503. Ask AWS for ${least} or more, then deploy again: aws service-quotas ` +
  `request-service-quota-increase --service-code ${QUOTA.serviceCode} --quota-code ${QUOTA.quotaCode} --desired-value 1000`;
