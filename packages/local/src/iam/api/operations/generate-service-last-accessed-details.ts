import { AwsError } from "../../../world.ts";
import { noSuch, type Operation, required } from "../context.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html */
export const generateServiceLastAccessedDetails: Operation = ({ world, roles, jobs }, parameters, { principal }) => {
  const arn = required(parameters, "Arn");
  world.authorize(principal, "iam:GenerateServiceLastAccessedDetails", arn);
  const granularity = parameters.text("Granularity") ?? "SERVICE_LEVEL";
  if (granularity !== "SERVICE_LEVEL" && granularity !== "ACTION_LEVEL")
    throw new AwsError("ValidationError", `There is no Granularity ${granularity}.`);
  if (!roles.some((role) => role.arn === arn)) throw noSuch(`ARN ${arn} cannot be found.`);
  const id = world.uuid();
  jobs.set(id, { arn, granularity, createdMs: world.clock.now() });
  return { JobId: id };
};
