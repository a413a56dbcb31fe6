import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Operation, text } from "../context.ts";

/** Empty for a domain that nobody has. Not about any one pool, as the domain says which. */
export const describeUserPoolDomain: Operation = ({ world, pools, settings }, input, call) => {
  const domain = text(input, "Domain");
  world.authorize(call.principal, "cognito-idp:DescribeUserPoolDomain", "*");
  const pool = pools.find(({ facts }) => facts.domain?.prefix === domain);
  if (!pool) return { DomainDescription: {} };
  const set = settings.with(TYPE.userPoolDomain, "domain", domain)?.inputs;
  return {
    DomainDescription: {
      UserPoolId: pool.facts.id,
      AWSAccountId: world.account,
      Domain: domain,
      Version: "1",
      Status: "ACTIVE",
      CustomDomainConfig: {},
      // What a domain has that says nothing: the pages of before.
      ManagedLoginVersion: set?.managedLoginVersion ?? 1,
    },
  };
};
