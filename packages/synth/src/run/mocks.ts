import { autoname, OUTPUTS, type Place } from "./outputs.ts";
import { policyDocument } from "./policy-document.ts";
import type { Mocks } from "./pulumi.ts";

/**
 * What AWS's provider would answer, without AWS. What it cannot answer is thrown, and told to `problems` in a
 * sentence: Pulumi loses the message of an error on its way back to the program.
 */
export function createMocks({
  account,
  region,
  parameters,
  quotas,
  problems,
}: {
  account: string;
  region: string;
  /** What stands in the Parameter Store before the stacks run, by name. */
  parameters: Record<string, string>;
  /** The account's quotas where they are not AWS's, by service and code: `lambda/L-B99A9384`. */
  quotas: Record<string, number>;
  problems: string[];
}): Mocks {
  /** Regions of providers other than the default, by their name. */
  const regions = new Map<string, string>();

  const placeOf = (provider: string | undefined, inputs: Record<string, any>): Place => {
    const home = inputs.region ?? regions.get(provider?.split("::")[3] ?? "") ?? region;
    return { account, region: home, arn: (service, resource) => `arn:aws:${service}:${home}:${account}:${resource}` };
  };

  return {
    newResource({ type, name, inputs: { __provider, ...inputs }, provider, custom, id: given }) {
      if (type === "pulumi:providers:aws" && inputs.region) regions.set(name, inputs.region);
      if (!custom) return { id: undefined, state: inputs };
      const { id, ...computed } = OUTPUTS[type]?.(autoname(type, name, inputs), name, placeOf(provider, inputs)) ?? {
        id: `${name}-id`,
      };
      return { id: given || id, state: { ...inputs, ...computed } };
    },

    call({ token, inputs, provider }) {
      try {
        return answer(token, inputs, placeOf(provider, inputs), { parameters, quotas });
      } catch (error) {
        problems.push((error as Error).message);
        throw error;
      }
    },
  };
}

/** What an account has been given before the stacks run. */
interface Account {
  parameters: Record<string, string>;
  quotas: Record<string, number>;
}

/** AWS's defaults of the quotas that stacks may ask for. */
const QUOTAS: Record<string, { quotaName: string; serviceName: string; defaultValue: number }> = {
  "lambda/L-B99A9384": { quotaName: "Concurrent executions", serviceName: "AWS Lambda", defaultValue: 1000 },
};

function answer(
  token: string,
  inputs: Record<string, any>,
  place: Place,
  { parameters, quotas }: Account,
): Record<string, unknown> {
  const { account } = place;
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { id: account, accountId: account, arn: `arn:aws:iam::${account}:user/synth`, userId: "AIDASYNTH" };
    case "aws:index/getRegion:getRegion":
      return { id: place.region, region: place.region, name: place.region, description: place.region };
    case "aws:index/getPartition:getPartition":
      return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
    case "aws:index/getAvailabilityZones:getAvailabilityZones":
      return { id: place.region, names: ["a", "b", "c"].map((zone) => place.region + zone), zoneIds: [] };
    case "aws:ssm/getParametersByPath:getParametersByPath":
      return parametersBelow(parameters, inputs.path, place);
    case "aws:servicequotas/getServiceQuota:getServiceQuota":
      return serviceQuota(inputs, place, quotas);
    case "aws:iam/getPolicyDocument:getPolicyDocument":
      return policyDocument(inputs);
    default:
      throw new Error(`the stacks call ${token}, which synth cannot answer without AWS (run/mocks.ts)`);
  }
}

function parametersBelow(parameters: Record<string, string>, path: string, { region, arn }: Place) {
  const names = Object.keys(parameters).filter((name) => name.slice(0, name.lastIndexOf("/")) === path);
  return {
    id: path,
    path,
    region,
    names,
    arns: names.map((name) => arn("ssm", `parameter${name}`)),
    types: names.map(() => "String"),
    values: names.map((name) => parameters[name]),
  };
}

function serviceQuota({ serviceCode, quotaCode }: Record<string, any>, place: Place, quotas: Record<string, number>) {
  const known = QUOTAS[`${serviceCode}/${quotaCode}`];
  if (!known) throw new Error(`synth does not know the quota ${serviceCode}/${quotaCode} (run/mocks.ts)`);
  const arn = place.arn("servicequotas", `${serviceCode}/${quotaCode}`);
  const value = quotas[`${serviceCode}/${quotaCode}`] ?? known.defaultValue;
  const more = { adjustable: true, globalQuota: false, usageMetrics: [], region: place.region };
  return { id: arn, arn, serviceCode, quotaCode, ...known, value, ...more };
}
