import { OUTPUTS, options, parameter } from "./names";

/**
 * What clients need to know of a stage, by `/dropclip/{stage}/outputs`: where the API is, and where to sign in. The
 * next deployment reads the suffix there.
 */
export function outputs(values: Record<string, $util.Input<string>>) {
  new aws.ssm.Parameter("Outputs", {
    name: parameter(OUTPUTS),
    type: "String",
    value: $jsonStringify({ stage: $app.stage, bucketSuffix: options().bucketSuffix, ...values }),
  });
}
