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
      providers: {
        aws: { version: "7.20.0", region: (process.env.DROPCLIP_REGION || "us-east-1") as aws.Region },
        random: "4.16.6",
      },
    };
  },
  async run() {
    // Imported here: the globals `sst`, `aws` and `$app` exist only once run() is called.
    const { harden } = await import("./stacks/hardening");
    const { chooseOptions, names, options, region } = await import("./stacks/names");
    const { pageOrigins } = await import("./stacks/options");
    const { later } = await import("./stacks/later");
    const { delivery } = await import("./stacks/delivery");
    const { storage } = await import("./stacks/storage");
    const { accessLogs } = await import("./stacks/access-logs");
    const { athena } = await import("./stacks/athena");
    const { database } = await import("./stacks/database");
    const { eventing } = await import("./stacks/eventing");
    const { pipeline } = await import("./stacks/pipeline");
    const { upkeep } = await import("./stacks/upkeep");
    const { views } = await import("./stacks/views");
    const { webhook } = await import("./stacks/webhook");
    const { cards } = await import("./stacks/cards");
    const { auth } = await import("./stacks/auth");
    const { api } = await import("./stacks/api");
    const { outputs } = await import("./stacks/outputs");
    const { monitoring } = await import("./stacks/monitoring");
    const { functionLogs } = await import("./stacks/handler");
    const { web } = await import("./stacks/web");

    await chooseOptions();
    harden();
    const buckets = names();
    // First of all: API, uploads and sign-in know their pages by the address these get.
    const pages = web(buckets);
    const origins = [pages.url, ...pageOrigins($app.stage, options())];
    // The distribution waits for the buckets, and their policies for the distribution.
    const served = later<string>();
    const stored = storage(buckets, served.value, origins);
    const edge = delivery(stored);
    served.resolve(edge.distributionArn);
    const logs = accessLogs(buckets, stored, edge, pages);
    if (options().athena) athena(logs);
    const tables = database();
    const events = eventing(edge);
    const ingest = pipeline(stored, tables, events);
    const users = auth(pages.url);
    upkeep(stored, tables, edge, users, ingest, events);
    cards(pages, tables, edge, events);
    views(logs, tables, events);
    webhook(events);
    events.close();
    const http = api(stored, tables, edge, users, events, origins);
    monitoring(
      {
        apiId: http.gateway.nodes.api.id,
        media: edge.distributionId,
        pages: pages.distributionId,
        deadLetters: events.deadLetters.name,
        userPool: users.pool.id,
        client: users.client.id,
        rules: events.ruleNames(),
        queue: ingest.queue,
        webhook: options().webhook !== undefined,
      },
      { functions: functionLogs(), api: http.gateway.nodes.logGroup.name },
    );
    const clients = {
      region: region(),
      pages: pages.url,
      api: http.url,
      cdn: edge.url,
      issuer: users.issuer,
      signIn: users.signIn,
      clientId: users.client.id,
      accountClientId: users.account.id,
      userPoolId: users.pool.id,
    };
    outputs({
      ...clients,
      // What publishing the pages needs to know.
      pagesBucket: pages.bucket,
      pagesDistribution: pages.distributionId,
      uploads: $interpolate`https://${stored.uploads.domain}`,
      content: $interpolate`https://${stored.content.domain}`,
      images: $interpolate`https://${stored.images.domain}`,
    });

    return {
      ...clients,
      stateMachine: ingest.machine.arn,
      deadLetters: events.deadLetters.url,
      uploadsBucket: buckets.uploads.bucket,
      contentBucket: buckets.content.bucket,
      imagesBucket: buckets.images.bucket,
      pagesBucket: pages.bucket,
      pagesDistribution: pages.distributionId,
      logsBucket: buckets.logs.bucket,
      uploadsTable: tables.uploads.name,
      eventsTable: tables.events.name,
      collectionsTable: tables.collections.name,
      viewsTable: tables.views.name,
    };
  },
});
