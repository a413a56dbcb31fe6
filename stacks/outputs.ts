import { OUTPUTS, options, parameter } from "./names";

/**
 * What clients need to know of a stage, by `/dropclip/{stage}/outputs`: where pages and API are, where to sign in, and
 * where the pages are put. The next deployment reads the suffix there.
 */
export function outputs(values: Record<string, $util.Input<string>>) {
  new aws.ssm.Parameter("Outputs", {
    name: parameter(OUTPUTS),
    type: "String",
    value: $jsonStringify({ stage: $app.stage, bucketSuffix: options().bucketSuffix, ...values }),
  });
}
