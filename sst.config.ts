/// <reference path="./.sst/platform/config.d.ts" />

/** dropclip on AWS. What is created stands in `stacks/`, one file per concern; `npm run synth` shows it without AWS. */
export default $config({
  app(input) {
    const production = input.stage === "production";
    return {
      name: "dropclip",
      home: "aws",
      removal: production ? "retain" : "remove",
      protect: production,
      providers: { aws: { version: "7.20.0", region: (process.env.DROPCLIP_REGION || "us-east-1") as aws.Region } },
    };
  },
  async run() {
    // Imported here: the globals `sst`, `aws` and `$app` exist only once run() is called.
    const { harden } = await import("./stacks/hardening");
    const { names } = await import("./stacks/names");
    const { delivery } = await import("./stacks/delivery");
    const { storage } = await import("./stacks/storage");
    const { database } = await import("./stacks/database");
    const { pipeline } = await import("./stacks/pipeline");
    const { api } = await import("./stacks/api");

    harden();
    const buckets = names();
    const edge = delivery(buckets);
    const stored = storage(buckets, edge.distributionArn);
    const tables = database();
    const ingest = pipeline(stored, tables);
    const http = api(stored, tables, edge.url);

    return {
      api: http.gateway.url,
      cdn: edge.url,
      stateMachine: ingest.machine.arn,
      deadLetters: ingest.deadLetters.url,
      uploadsBucket: buckets.uploads.bucket,
      contentBucket: buckets.content.bucket,
      imagesBucket: buckets.images.bucket,
      uploadsTable: tables.uploads.name,
      eventsTable: tables.events.name,
      collectionsTable: tables.collections.name,
    };
  },
});
