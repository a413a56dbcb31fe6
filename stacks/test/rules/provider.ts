import { join } from "node:path";
import type { Resource } from "@dropclip/synth/graph";
import { finding, type Rule } from "./finding.ts";
import { type Properties, ProviderTypes } from "./provider-types.ts";

let types: ProviderTypes | undefined;
const provider = () => {
  types ??= new ProviderTypes(join(process.cwd(), ".sst/platform/node_modules/@pulumi/aws"));
  return types;
};

/**
 * Inputs that the installed provider does not know, leaves out though it needs them, or takes in another type. The
 * compiler checks what the stacks write; transforms and SST's own components it does not see.
 */
export const strangeInputs: Rule = ({ resources }) =>
  resources
    .filter(({ type, read }) => type.startsWith("aws:") && !read)
    .flatMap((resource) => {
      const properties = provider().resource(resource.type);
      if (!properties) return [finding(resource, `the provider has no ${resource.type}`)];
      return objectProblems(resource.inputs, properties, "").map((problem) => finding(resource, problem));
    });

function objectProblems(value: Resource["inputs"], properties: Properties, at: string): string[] {
  const missing = Object.entries(properties).filter(([name, { required }]) => required && absent(value[name]));
  return [
    ...missing.map(([name]) => `${at}${name} is missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const property = properties[name];
      if (!property) return [`${at}${name} is not known to the provider`];
      return absent(member) ? [] : problems(member, property.type, at + name);
    }),
  ];
}

function problems(value: unknown, type: string, at: string): string[] {
  if (type.endsWith("[]")) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((member, index) => problems(member, type.slice(0, -2), `${at}[${index}]`));
  }
  const nested = type.startsWith("inputs.") ? provider().nested(type) : undefined;
  if (nested) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? objectProblems(value as Resource["inputs"], nested, `${at}.`) : [`${at} is no object`];
  }
  const expected = ["string", "number", "boolean"].includes(type) ? type : undefined;
  return expected && typeof value !== expected ? [`${at} is a ${typeof value}, not a ${expected}`] : [];
}

const absent = (value: unknown) => value === undefined || value === null;
