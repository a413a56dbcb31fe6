import { createHash } from "node:crypto";
import { AwsError } from "../world.ts";
import { CRCS, Crc32, Crc32C, Crc64Nvme, combine, type Hasher } from "./crc.ts";

/** The checksum algorithms S3 keeps with an object here, by their name in `x-amz-checksum-algorithm`. */
export const ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];
export type ChecksumType = "COMPOSITE" | "FULL_OBJECT";

export interface Checksum {
  algorithm: Algorithm;
  /** Base64; of a composite one with `-{parts}` behind it. */
  value: string;
  type: ChecksumType;
}

const DIGEST_BYTES: Record<Algorithm, number> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

/** The algorithm that S3 uses itself when a client sends no checksum. */
export const DEFAULT_ALGORITHM = "CRC64NVME";

export function hasher(algorithm: Algorithm): Hasher {
  switch (algorithm) {
    case "CRC32":
      return new Crc32();
    case "CRC32C":
      return new Crc32C();
    case "CRC64NVME":
      return new Crc64Nvme();
    default:
      return createHash(algorithm.toLowerCase());
  }
}

export const headerOf = (algorithm: Algorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** The element of XML answers: `ChecksumCRC32`. */
export const elementOf = (algorithm: Algorithm) => `Checksum${algorithm}`;

/** An algorithm's name out of a request; `header` for the error. */
export function parseAlgorithm(name: string): Algorithm {
  const algorithm = ALGORITHMS.find((known) => known === name.toUpperCase());
  if (algorithm) return algorithm;
  // S3 has newer algorithms (SHA512, MD5, XXHASH…): they are not run here, which must not pass as "wrong".
  throw new AwsError(
    "InvalidRequest",
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    400,
  );
}

/** The one `x-amz-checksum-…` value a request carries; undefined when it carries none. */
export function checksumIn(headers: Record<string, string>): { algorithm: Algorithm; value: string } | undefined {
  const names = Object.keys(headers).filter(
    (name) => /^x-amz-checksum-/.test(name) && !/-(algorithm|mode|type)$/.test(name),
  );
  if (names.length > 1)
    throw new AwsError(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
      400,
    );
  const name = names[0];
  if (!name) return undefined;
  const algorithm = parseAlgorithm(name.slice("x-amz-checksum-".length));
  return { algorithm, value: checkForm(algorithm, headers[name]!) };
}

/** Refuses a value that cannot be a checksum of that algorithm. */
export function checkForm(algorithm: Algorithm, value: string): string {
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(value) && Buffer.from(value, "base64").length === DIGEST_BYTES[algorithm])
    return value;
  throw new AwsError("InvalidRequest", `Value for ${headerOf(algorithm)} header is invalid.`, 400);
}

/** A multipart object's checksum from its parts' (base64, in order). */
export function ofParts(
  algorithm: Algorithm,
  type: ChecksumType,
  parts: { checksum: string; bytes: number }[],
): Checksum {
  const digests = parts.map(({ checksum, bytes }) => ({ digest: Buffer.from(checksum, "base64"), length: bytes }));
  if (type === "FULL_OBJECT") {
    const crc = CRCS[algorithm as keyof typeof CRCS];
    return { algorithm, type, value: combine(crc, digests).toString("base64") };
  }
  const hash = hasher(algorithm);
  for (const { digest } of digests) hash.update(digest);
  return { algorithm, type, value: `${hash.digest().toString("base64")}-${parts.length}` };
}

/** The type a multipart upload has when the client names none, and whether the pair exists at all. */
export function multipartType(algorithm: Algorithm, asked?: string): ChecksumType {
  const fullOnly = algorithm === "CRC64NVME";
  if (asked === undefined) return fullOnly ? "FULL_OBJECT" : "COMPOSITE";
  if (asked !== "COMPOSITE" && asked !== "FULL_OBJECT")
    throw new AwsError("InvalidRequest", "Value for x-amz-checksum-type header is invalid.", 400);
  if (asked === "COMPOSITE" ? fullOnly : algorithm.startsWith("SHA")) {
    throw new AwsError(
      "InvalidRequest",
      `The ${asked} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
      400,
    );
  }
  return asked;
}

/** Headers that give a checksum out. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [headerOf(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}
