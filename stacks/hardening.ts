import { policy } from "./handler";
import { account, arn, kebab, named, worldwide } from "./names";

/**
 * Narrows what SST grants by itself. Must run before any component is created. For every function of the app:
 *  - a fixed name, so that its role can name its one log group;
 *  - trust for lambda.amazonaws.com only (SST 4.17.1 also trusts every identity of the account, on deploy too);
 *  - its own log group instead of AWSLambdaBasicExecutionRole, which writes to every log of the account;
 *  - `sst dev` holds a call while a developer looks at it: the timeout there is Lambda's longest.
 */
export function harden() {
  $transform(sst.aws.Function, (args, _options, name) => {
    const functionName = named(kebab(name));
    args.name = functionName;
    if ($dev) args.timeout = "15 minutes";
    const own = args.transform?.role;
    args.transform = {
      ...args.transform,
      role: (role, options, roleName) => {
        if (!$dev) role.assumeRolePolicy = trust("lambda.amazonaws.com");
        role.name = worldwide(kebab(name));
        role.managedPolicyArns = $util
          .output(role.managedPolicyArns ?? [])
          .apply((arns) => arns.filter((arn) => !arn.endsWith("/AWSLambdaBasicExecutionRole")));
        const logs = policy([
          {
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: [arn("logs", `log-group:/aws/lambda/${functionName}:*`)],
          },
        ]);
        role.inlinePolicies = $util
          .all([role.inlinePolicies ?? [], logs])
          .apply(([inline, toLogs]) => [...inline, { name: "logs", policy: toLogs }]);
        if (typeof own === "function") own(role, options, roleName);
      },
    };
  });
  // SST lets API Gateway invoke a function from any stage, method and path of the API: narrowed to the one stage there
  // is.
  $transform(aws.lambda.Permission, (args) => {
    if (args.principal !== "apigateway.amazonaws.com") return;
    // No `sourceAccount`: not every source sends it. The ARN names the account.
    args.sourceArn = $util.output(args.sourceArn!).apply((arn) => arn.replace(/\/\*$/, "/$default/*"));
  });
}

/** A trust policy for one AWS service, acting for this account only where the service says for whom it acts. */
export const trust = (service: string, bound = false) =>
  aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: [service] }],
        ...(bound
          ? { conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account()] }] }
          : {}),
      },
    ],
  }).json;
