import { dataLimitExceeded } from "../errors.ts";
import { DATA_BYTES } from "../limits.ts";
import type { Json } from "../types.ts";

/** A response of the JS SDK as JSON: times in ISO 8601, streams read as text, bytes in base64. */
export async function plain(answer: Record<string, unknown>): Promise<Json> {
  const { $metadata: _metadata, ...members } = answer;
  return (await value(members)) ?? {};
}

async function value(member: unknown): Promise<Json | undefined> {
  if (member === undefined || typeof member === "function") return undefined;
  if (member === null || typeof member !== "object") return member as Json;
  if (member instanceof Date) return member.toISOString().replace(/\.000Z$/, "Z");
  if (member instanceof Uint8Array) return Buffer.from(member).toString("base64");
  if (Symbol.asyncIterator in member) return text(member as AsyncIterable<Uint8Array>);
  if (Array.isArray(member)) return Promise.all(member.map(async (item) => (await value(item)) ?? null));
  const entries: [string, Json][] = [];
  for (const [name, inner] of Object.entries(member)) {
    const found = await value(inner);
    if (found !== undefined) entries.push([name, found]);
  }
  return Object.fromEntries(entries);
}

/** Never reads on beyond what a task may return: the object could be a film. */
async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of stream) {
    bytes += part.length;
    if (bytes > DATA_BYTES) throw dataLimitExceeded("aws-sdk", "task");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
