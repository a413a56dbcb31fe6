import type { Parameter } from "../cloud.ts";
import { only, type Reader, refuse, text } from "./reader.ts";
import { TYPE } from "./types.ts";

const TYPES = ["String", "StringList"];

/** Parameter Store. A SecureString would need an encryption key, and the graph would contain the secret. */
export function parameters(reader: Reader): Parameter[] {
  return reader.all(TYPE.parameter).map((resource) => {
    const { inputs } = resource;
    only(resource, inputs, ["name", "type", "value", "dataType", "allowedPattern", "overwrite", "tier"]);
    if (!TYPES.includes(inputs.type)) throw refuse(resource, `it has no parameters of type ${inputs.type}`);
    if ((inputs.dataType ?? "text") !== "text") throw refuse(resource, `it checks no data type ${inputs.dataType}`);
    return {
      name: text(resource, "name"),
      arn: text(resource, "arn"),
      type: inputs.type,
      value: text(resource, "value"),
    };
  });
}
