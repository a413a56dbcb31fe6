import type { Call } from "../world.ts";

/**
 * The parameters of a call in the query protocol, of its URL and its form alike: presigned GetCallerIdentity calls are
 * GETs. Lists are `Name.member.1`, counted from one.
 */
export class Parameters {
  readonly #values = new Map<string, string>();

  constructor({ url, body }: Pick<Call, "url" | "body">) {
    const form = new URLSearchParams(body.toString("utf8"));
    for (const [name, value] of [...url.searchParams, ...form])
      if (!this.#values.has(name)) this.#values.set(name, value);
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** Whether the parameter, its members or its fields were sent; clients send an empty list as an empty text. */
  has(name: string): boolean {
    if (this.#values.get(name)) return true;
    return [...this.#values.keys()].some((key) => key.startsWith(`${name}.`));
  }

  /** The members of a list of texts, in order. */
  list(name: string): string[] {
    return this.#members(name).map((index) => this.#values.get(`${name}.member.${index}`) ?? "");
  }

  /** The members of a list of structures, in order; fields not sent are undefined. */
  structures<Field extends string>(name: string, fields: Field[]): Partial<Record<Field, string>>[] {
    return this.#members(name).map((index) => {
      const sent = fields.map((field) => [field, this.#values.get(`${name}.member.${index}.${field}`)] as const);
      return Object.fromEntries(sent.filter(([, value]) => value !== undefined)) as Partial<Record<Field, string>>;
    });
  }

  #members(name: string): number[] {
    const prefix = `${name}.member.`;
    const indices = new Set<number>();
    for (const key of this.#values.keys()) {
      const index = key.startsWith(prefix) ? /^\d+(?=$|\.)/.exec(key.slice(prefix.length)) : null;
      if (index) indices.add(Number(index[0]));
    }
    return [...indices].sort((a, b) => a - b);
  }
}
