import { createHash } from "node:crypto";

/** A message attribute as the API has it; binary values are base64. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

export type MessageAttributes = Record<string, MessageAttribute>;

const STRING = 1;
const BINARY = 2;

export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/**
 * The digest SDKs compare (SQSDeveloperGuide, "Calculating the MD5 message digest for message attributes"): by name,
 * each part with its length in four bytes.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const part = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes[name]!;
    const binary = DataType.startsWith("Binary");
    part(Buffer.from(name));
    part(Buffer.from(DataType));
    hash.update(Buffer.from([binary ? BINARY : STRING]));
    part(binary ? Buffer.from(BinaryValue ?? "", "base64") : Buffer.from(StringValue ?? ""));
  }
  return hash.digest("hex");
}
