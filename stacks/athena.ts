import { LOG_DAYS } from "../packages/core/src/limits";
import { FIELDS } from "../packages/core/src/views/access-log";
import type { AccessLogs } from "./access-logs";
import { EDGE, QUERIES } from "./athena/queries";
import { account, named } from "./names";

/** One query reads no more, which costs about five cents: some hundred million requests, compressed as they are. */
const MOST_BYTES = 10 * 1024 ** 3;

/**
 * Lets operators ask the edge's access logs by SQL, and saves the first questions. Nothing is copied: Athena reads the
 * objects where they are, as whoever asks, and knows by its settings which there can be.
 */
export function athena(logs: AccessLogs) {
  // Athena takes no other signs than underscores in names of databases.
  const database = new aws.glue.CatalogDatabase("LogDatabase", { name: named("logs").replaceAll("-", "_") });
  const location = $interpolate`s3://${logs.bucket}/${logs.edgeKeys}`;
  new aws.glue.CatalogTable("EdgeTable", {
    databaseName: database.name,
    name: EDGE,
    description: "What the CDN was asked, by distribution and hour (UTC)",
    tableType: "EXTERNAL_TABLE",
    partitionKeys: ["distribution", "hour"].map((name) => ({ name, type: "string" })),
    parameters: {
      EXTERNAL: "TRUE",
      "projection.enabled": "true",
      "projection.distribution.type": "enum",
      "projection.distribution.values": logs.edges.join(","),
      "projection.hour.type": "date",
      "projection.hour.format": "yyyy/MM/dd/HH",
      "projection.hour.range": `NOW-${LOG_DAYS}DAYS,NOW`,
      "projection.hour.interval": "1",
      "projection.hour.interval.unit": "HOURS",
      // Athena puts the values in, not this program.
      "storage.location.template": $interpolate`${location}${"$"}{distribution}/${"$"}{hour}/`,
    },
    storageDescriptor: {
      location,
      inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      // All text, as CloudFront writes it. Glue has names in lower case, and the SerDe finds them whatever their case.
      columns: FIELDS.map((field) => ({ name: field.toLowerCase(), type: "string" })),
      serDeInfo: {
        serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
        parameters: { paths: FIELDS.join(",") },
      },
    },
  });
  const workgroup = new aws.athena.Workgroup("LogWorkgroup", {
    name: named("logs"),
    description: `Asks the access logs of ${$app.name}'s CDN at the stage ${$app.stage}`,
    forceDestroy: $app.removal === "remove",
    configuration: {
      enforceWorkgroupConfiguration: true,
      publishCloudwatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: MOST_BYTES,
      engineVersion: { selectedEngineVersion: "Athena engine version 3" },
      resultConfiguration: {
        outputLocation: $interpolate`s3://${logs.bucket}/${logs.answerKeys}`,
        expectedBucketOwner: account(),
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
      },
    },
  });
  for (const [name, { title, description, query }] of Object.entries(QUERIES))
    new aws.athena.NamedQuery(`${name}Query`, {
      name: title,
      description,
      database: database.name,
      workgroup: workgroup.name,
      query,
    });
}
