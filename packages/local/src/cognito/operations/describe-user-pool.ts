import { authorizedPool, date, type Operation } from "../context.ts";

export const describeUserPool: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "DescribeUserPool");
  const { facts } = pool;
  const { passwordPolicy: policy, postConfirmationArn, described = {} } = facts;
  const { accountRecoverySetting: recovery, deletionProtection = "INACTIVE" } = described;
  return {
    UserPool: {
      Id: facts.id,
      Name: facts.name,
      Arn: facts.arn,
      Policies: {
        PasswordPolicy: {
          MinimumLength: policy.minimumLength,
          RequireUppercase: policy.requireUppercase,
          RequireLowercase: policy.requireLowercase,
          RequireNumbers: policy.requireNumbers,
          RequireSymbols: policy.requireSymbols,
          TemporaryPasswordValidityDays: policy.temporaryPasswordValidityDays,
        },
      },
      LambdaConfig: postConfirmationArn ? { PostConfirmation: postConfirmationArn } : {},
      CreationDate: date(pool.createdMs),
      LastModifiedDate: date(pool.createdMs),
      AutoVerifiedAttributes: ["email"],
      UsernameAttributes: facts.usernameAttributes,
      UsernameConfiguration: { CaseSensitive: false },
      MfaConfiguration: facts.softwareToken ? "OPTIONAL" : "OFF",
      DeletionProtection: deletionProtection,
      ...(recovery && {
        AccountRecoverySetting: {
          RecoveryMechanisms: recovery.recoveryMechanisms.map(({ name, priority }) => ({
            Name: name,
            Priority: priority,
          })),
        },
      }),
      EstimatedNumberOfUsers: pool.users.all().length,
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: !facts.selfSignUp },
      ...(facts.domain && { Domain: facts.domain.prefix }),
    },
  };
};
