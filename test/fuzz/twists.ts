import fc from "fast-check";
import type { Operation } from "./contract.ts";
import {
  oddBody,
  oddEnd,
  oddHeader,
  oddMethod,
  oddName,
  oddPair,
  oddSegment,
  oddToken,
  oddType,
  oddValue,
} from "./odd.ts";

/** One way in which a request is not as it should be, or not as usual. */
export type Twist =
  | { kind: "nobody"; authorization: string | undefined }
  | { kind: "another group" }
  | { kind: "another's"; parameter: string }
  | { kind: "parameter"; parameter: string; text: string }
  | { kind: "spelling"; parameter: string; by: string }
  | { kind: "query"; text: string }
  | { kind: "page"; limit: number; cursor: number | undefined }
  | { kind: "header"; header: [string, string] }
  | { kind: "known"; header: "if-match" | "if-none-match" }
  | { kind: "method"; method: string }
  | { kind: "type"; type: string | undefined }
  | { kind: "text"; text: Buffer }
  | { kind: "value"; value: unknown }
  | { kind: "place"; at: number; value: unknown }
  | { kind: "limit"; at: number; by: number }
  | { kind: "missing"; at: number }
  | { kind: "more"; name: string; value: unknown };

type Kind = Twist["kind"];
type Fields<K extends Kind> = Omit<Extract<Twist, { kind: K }>, "kind">;

/** A twist of a kind, drawn `weight` times as often as one of weight 1. */
const twist = <K extends Kind>(
  weight: number,
  kind: K,
  fields: { [F in keyof Fields<K>]: fc.Arbitrary<Fields<K>[F]> },
) => ({
  weight,
  arbitrary: fc.record({ kind: fc.constant(kind), ...fields } as any) as unknown as fc.Arbitrary<Twist>,
});

/** Whatever can be twisted of a request to the operation. */
export function twistOf({ id, parameters, body, access }: Operation): fc.Arbitrary<Twist> {
  const names = (place: string) => parameters.filter((one) => one.in === place).map(({ name }) => name);
  const [variables, queries] = [names("path"), names("query")];
  const at = fc.nat();
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  return fc.oneof(
    twist(2, "query", { text: oddPair(queries) }),
    twist(2, "header", { header: oddHeader }),
    twist(1, "known", { header: fc.constantFrom("if-match", "if-none-match") }),
    twist(1, "method", { method: oddMethod }),
    twist(body ? 3 : 1, "text", { text: oddBody }),
    ...(queries.includes("cursor") ? [twist(4, "page", { limit: fc.constantFrom(1, 2, 100), cursor: maybe(at) })] : []),
    ...(access === "public" ? [] : [twist(1, "nobody", { authorization: maybe(oddToken) })]),
    ...(access === "creative" ? [twist(1, "another group", {})] : []),
    ...(variables.length > 0 ? ofVariables(id, variables, access) : []),
    ...(body
      ? [
          twist(2, "type", { type: maybe(oddType) }),
          twist(2, "value", { value: oddValue }),
          twist(8, "place", { at, value: oddValue }),
          twist(4, "limit", { at, by: fc.constantFrom(-1, 0, 1) }),
          twist(3, "missing", { at }),
          twist(3, "more", { name: oddName, value: oddValue }),
        ]
      : []),
  );
}

function ofVariables(id: string, variables: string[], access: Operation["access"]) {
  // To take out what is not in a collection is no error.
  const telling = id === "removeCollectionMedia" ? ["collectionId"] : variables;
  const ids = telling.filter((name) => name !== "mediaId");
  // Everybody may look at everything public and report it, and fans may send files to every event.
  const isOwned = access !== "public" && id !== "createUpload" && id !== "reportMedia";
  return [
    twist(4, "parameter", { parameter: fc.constantFrom(...variables), text: oddSegment }),
    twist(3, "spelling", { parameter: fc.constantFrom(...telling), by: oddEnd }),
    ...(isOwned ? [twist(2, "another's", { parameter: fc.constantFrom(...ids) })] : []),
  ];
}
