import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A property as the provider's type declarations have it. */
export interface Property {
  required: boolean;
  /** The type as written, without `pulumi.Input`. */
  type: string;
}
export type Properties = Record<string, Property>;

/** What `@pulumi/aws`, as SST's platform has it installed, says of the inputs of its resources. */
export class ProviderTypes {
  readonly #folder: string;
  /** Text of each nested type, by `{namespace}.{name}`. */
  readonly #nested: Map<string, string>;
  readonly #parsed = new Map<string, Properties | undefined>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#nested = nestedTypes(readFileSync(join(folder, "types/input.d.ts"), "utf8"));
  }

  /** Inputs of a resource by its type token, `aws:s3/bucket:Bucket`; undefined for one the provider does not have. */
  resource(token: string): Properties | undefined {
    const [, path, name] = token.split(":");
    return this.#remember(token, () => {
      const text = readFileSync(join(this.#folder, `${path}.d.ts`), "utf8");
      return bodyOf(text.slice(text.indexOf(`export interface ${name}Args {`)));
    });
  }

  /** Members of a nested type: `inputs.s3.BucketLifecycleRule`. */
  nested(type: string): Properties {
    const found = this.#remember(type, () => this.#nested.get(type.replace(/^inputs\./, "")));
    if (!found) throw new Error(`@pulumi/aws declares no ${type}`);
    return found;
  }

  #remember(key: string, text: () => string | undefined): Properties | undefined {
    if (!this.#parsed.has(key)) {
      const body = text();
      this.#parsed.set(key, body === undefined ? undefined : members(body));
    }
    return this.#parsed.get(key);
  }
}

/** Everything between the first brace and the one that closes it, in the generator's indentation. */
function bodyOf(text: string): string {
  const indent = /^( *)/.exec(text)![1]!;
  return text.slice(text.indexOf("{") + 1, text.indexOf(`\n${indent}}`));
}

function members(body: string): Properties {
  // A type of several lines is a record; its first line tells that.
  const found = body.matchAll(/^ +(\w+)(\?)?: (.+?);?$/gm);
  return Object.fromEntries(
    [...found].map(([, name, optional, type]) => [name!, { required: !optional, type: bare(type!) }]),
  );
}

/** `pulumi.Input<pulumi.Input<inputs.s3.Rule>[]>` → `inputs.s3.Rule[]`. */
const bare = (type: string): string => {
  const inner = type.replace(/pulumi\.Input<([^<>]+)>/g, "$1");
  return inner === type ? type : bare(inner);
};

function nestedTypes(text: string): Map<string, string> {
  const types = new Map<string, string>();
  for (const namespace of text.split(/^export declare namespace /m).slice(1)) {
    const name = /^\w+/.exec(namespace)![0];
    for (const part of namespace.split(/^ {4}interface /m).slice(1))
      types.set(`${name}.${/^\w+/.exec(part)![0]}`, bodyOf(`    ${part}`));
  }
  return types;
}
