/** What clients need to know of a stage, by `/dropclip/{stage}/outputs`: where the API is, and where to sign in. */
export function outputs(values: Record<string, $util.Input<string>>) {
  new aws.ssm.Parameter("Outputs", {
    name: `/${$app.name}/${$app.stage}/outputs`,
    type: "String",
    value: $jsonStringify({ stage: $app.stage, ...values }),
  });
}
