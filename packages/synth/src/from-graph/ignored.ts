import type { Graph, Resource } from "../graph.ts";
import { TYPE } from "./types.ts";

/** Types that need no counterpart on a laptop, and why. A type that is neither here nor in `TYPE` stops the start. */
export const IGNORED: Record<string, string> = {
  "aws:athena/namedQuery:NamedQuery": "a saved query of the console",
  "aws:athena/workgroup:Workgroup": "asks the logs by SQL, which nobody asks a laptop's",
  "aws:glue/catalogDatabase:CatalogDatabase": "names what the logs are asked by",
  "aws:glue/catalogTable:CatalogTable": "says how the logs are read; the stacks' tests read them so",
  "aws:budgets/budget:Budget": "watches what a deployment costs; a laptop's costs nothing",
  "aws:costexplorer/anomalyMonitor:AnomalyMonitor": "watches what a deployment costs",
  "aws:costexplorer/anomalySubscription:AnomalySubscription": "tells of what a deployment costs",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": "joins alarms, which are evaluated one by one here",
  "aws:cloudwatch/dashboard:Dashboard": "a page of the console",
  "aws:cloudwatch/logGroup:LogGroup": "logs are kept in one place and shown by the local cloud",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": "feeds alarms",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy":
    "lets AWS services write to log groups, which do not exist here",
  "aws:cloudwatch/queryDefinition:QueryDefinition": "a saved query of the console",
  "aws:cognito/managedLoginBranding:ManagedLoginBranding":
    "how AWS's sign-in pages look; the local ones have a look of their own",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls":
    "says who owns objects of other accounts; there is one account",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":
    "guards against public policies; the audit reads it, requests do not change",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    "encryption at rest; no request changes",
  "aws:wafv2/webAcl:WebAcl": "limits what strangers send; nobody but the developer reaches a laptop's sign-in",
  "aws:wafv2/webAclAssociation:WebAclAssociation": "puts a firewall before what it guards, and there is none here",
  "random:index/randomBytes:RandomBytes": "SST's key for linked secrets; handlers here read environment variables",
};

/** SST's dynamic resources that act only during deployment; other dynamic resources change what is served. */
const DEPLOY_TIME = [".sst.aws.DistributionDeploymentWaiter", ".sst.aws.DistributionInvalidation"];

const KNOWN = new Set<string>([...Object.values(TYPE), ...Object.keys(IGNORED)]);

/** Throws, naming every resource of the graph that the local cloud neither runs nor may ignore. */
export function checkTypes({ resources }: Graph) {
  const unknown = resources.filter((resource) => !isKnown(resource));
  if (!unknown.length) return;
  const lines = unknown.map(({ type, name, read }) => `${type} ${name}${read ? " (looked up, not created)" : ""}`);
  throw new Error(`the local cloud does not run ${lines.join(", nor ")}`);
}

function isKnown({ type, name, read, inputs }: Resource): boolean {
  // Components only group the resources beside them in the graph.
  if (type.startsWith("sst:") || type.startsWith("pulumi:providers:")) return true;
  if (type === "pulumi-nodejs:dynamic:Resource") return DEPLOY_TIME.some((suffix) => name.endsWith(suffix));
  // SST's own bucket for code; any other object would have to be served.
  if (type === TYPE.bucketObject) return String(inputs.bucket).startsWith("sst-asset-");
  return KNOWN.has(type) && !read;
}
