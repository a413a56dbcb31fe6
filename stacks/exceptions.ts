/**
 * What `dropclip audit` finds and what is right as it is, each with the reason. `resource` is what the audit calls it;
 * `*` stands for any text. One that is about nothing any more fails the audit.
 */
interface Exception {
  rule: string;
  resource: string;
  reason: string;
  /** `!production`: every stage but that one. Left out: everywhere. */
  stages?: string[];
}

/** Stages that are made to be thrown away, whole. */
const FOR_NOW = ["!production"];

/** Routes that answer everybody, and why they may. `own/public-route-throttle` holds each to its own throttle. */
const PUBLIC: Record<string, string> = {
  "GET /collections/{collectionId}": "A collection is made to be shown, like the media in it.",
  "GET /events": "What is on is what fans look for before they sign in.",
  "GET /events/{eventId}": "An event's page is shared by its link, also with those who never sign in.",
  "GET /events/{eventId}/media": "The gallery is public; what is hidden is not in it.",
  "GET /health": "Says that the API answers, and nothing else.",
  "GET /openapi.json": "The description of the API is in the repository too.",
  "GET /profiles/{userId}": "A profile holds what its user shows to everybody: name and picture.",
  "GET /uploads/{uploadId}/media/{mediaId}/download": "Everybody may save what everybody may watch.",
};

export const EXCEPTIONS: Exception[] = [
  ...Object.entries(PUBLIC).map(([resource, reason]) => ({ rule: "APIGateway.8", resource, reason })),
  {
    rule: "CloudFront.1",
    resource: "DeliveryDistribution",
    reason: "Only media have addresses there; its root answers 403, as the bucket lets nobody list it.",
  },
  {
    rule: "CloudFront.4",
    resource: "*Distribution",
    reason: "There is no second copy to fall back on; S3 keeps each object in three places of the Region.",
  },
  {
    rule: "CloudFront.5",
    resource: "*Distribution",
    reason: "They log by v2, without addresses and agents; the control knows legacy logs only. See own/edge-log.",
  },
  {
    rule: "CloudFront.6",
    resource: "*Distribution",
    reason: "They serve files that are public and take no input; a firewall would be billed by each request.",
  },
  {
    rule: "CloudFront.7",
    resource: "*Distribution",
    reason: "DROPCLIP_DOMAIN gives them a name and certificate of their own; without it CloudFront's are as safe.",
  },
  {
    rule: "CloudFront.17",
    resource: "*Distribution",
    reason: "Published media and the pages are public; what is hidden the buckets' policies keep from the edge.",
  },
  {
    rule: "Cognito.1",
    resource: "Users",
    reason:
      "Threat protection is in Cognito's Plus tier, for more than the rest together; DROPCLIP_WAF slows guessing.",
  },
  {
    rule: "Cognito.4",
    resource: "Users",
    reason: "No client of the pool has custom sign-ins, and threat protection is in Cognito's Plus tier.",
  },
  {
    rule: "Cognito.6",
    resource: "Users",
    reason: "A stage for trying is removed with all that it made.",
    stages: FOR_NOW,
  },
  {
    rule: "DynamoDB.6",
    resource: "*Table",
    reason: "A stage for trying is removed with all that it made.",
    stages: FOR_NOW,
  },
  {
    rule: "S3.9",
    resource: "LogsBucket",
    reason: "It holds the logs: a log of writing logs would grow by itself.",
  },
  {
    rule: "own/bucket-cors-read",
    resource: "ContentCors",
    reason: "Players on pages of every origin may play public media; nothing that is asked with a user's cookies.",
  },
  {
    rule: "own/bucket-cors-read",
    resource: "ImagesCors",
    reason: "Public pictures may be shown on pages of every origin; nothing that is asked with a user's cookies.",
  },
  {
    rule: "own/client-scopes",
    resource: "Account",
    reason: "Sets up a second factor: its tokens live for five minutes, and the API takes none of them.",
  },
  {
    rule: "own/secret-in-environment",
    resource: "*#SST_KEY",
    reason: "SST's key for secrets that are linked to a function; nothing is linked, so it opens nothing.",
  },
  {
    rule: "own/secret-in-environment",
    resource: "*ApiFunction#CURSOR_KEY",
    reason: "Seals where a list goes on; who has it learns the key of a row, and may read it no more than before.",
  },
];
