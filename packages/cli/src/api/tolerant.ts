import * as v from "valibot";

/** An object as a reader takes it: the members of `Entries`, and any others. */
type Loose<Entries> = v.LooseObjectSchema<{ [Name in keyof Entries]: Tolerant<Entries[Name]> }, undefined>;

type Tolerant<Schema> = (Schema extends { type: "optional"; wrapped: infer Wrapped extends v.GenericSchema }
  ? v.OptionalSchema<Tolerant<Wrapped>, undefined>
  : Schema extends { type: "object"; entries: infer Entries extends v.ObjectEntries }
    ? Loose<Entries>
    : Schema extends { type: "array"; item: infer Item extends v.GenericSchema }
      ? v.ArraySchema<Tolerant<Item>, undefined>
      : Schema extends { type: "string" | "picklist" }
        ? v.StringSchema<undefined>
        : Schema) &
  v.GenericSchema;

/**
 * How a client reads what the API documents by `schema`. The server may be newer than the client: members that the
 * schema does not have are kept, a list of words is any text, and limits of lengths and numbers are the server's
 * affair.
 */
export function tolerant<Schema extends v.GenericSchema>(schema: Schema): Tolerant<Schema> {
  return reader(schema as unknown as Readable) as unknown as Tolerant<Schema>;
}

interface Readable {
  type: string;
  wrapped: Readable;
  entries: Record<string, Readable>;
  item: Readable;
  key: string;
  value: Readable;
  options: Readable[];
}

function reader(schema: Readable): v.GenericSchema {
  switch (schema.type) {
    case "optional":
      return v.optional(reader(schema.wrapped));
    case "object":
      return objectReader(schema);
    case "array":
      return v.array(reader(schema.item));
    case "record":
      return v.record(v.string(), reader(schema.value));
    // Its key decides what the client does: a word that it does not know is an error.
    case "variant":
      return v.variant(schema.key, schema.options.map(objectReader));
    case "string":
    case "picklist":
      return v.string();
    case "number":
      return v.number();
    case "boolean":
      return v.boolean();
    case "literal":
    case "union":
      return schema as unknown as v.GenericSchema;
    default:
      throw new Error(`There is no tolerant reader for valibot's ${schema.type}.`);
  }
}

const objectReader = ({ entries }: Readable) =>
  v.looseObject(Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, reader(entry)])));
