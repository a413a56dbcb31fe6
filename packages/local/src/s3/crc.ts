import { crc32 } from "node:zlib";

/** A reflected CRC whose register starts, and is given out, inverted; as all of S3's are. */
interface Crc {
  readonly bytes: 4 | 8;
  readonly polynomial: bigint;
}

export const CRCS = {
  CRC32: { bytes: 4, polynomial: 0xedb88320n },
  CRC32C: { bytes: 4, polynomial: 0x82f63b78n },
  CRC64NVME: { bytes: 8, polynomial: 0x9a6c9329ac4bc9b5n },
} satisfies Record<string, Crc>;

export interface Hasher {
  update(data: Uint8Array): unknown;
  digest(): Buffer;
}

export class Crc32 implements Hasher {
  #crc = 0;

  update(data: Uint8Array) {
    this.#crc = crc32(data, this.#crc);
  }

  digest() {
    const out = Buffer.alloc(4);
    out.writeUInt32BE(this.#crc);
    return out;
  }
}

/** Eight tables of 256 entries, low and high halves apart: eight bytes are taken at a time ("slicing by 8"). */
function tables(polynomial: bigint): { low: Int32Array; high: Int32Array } {
  const low = new Int32Array(8 * 256);
  const high = new Int32Array(8 * 256);
  const entries: bigint[] = [];
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    entries[byte] = value;
  }
  for (let byte = 0; byte < 256; byte++) {
    let value = entries[byte]!;
    for (let slice = 0; slice < 8; slice++) {
      low[slice * 256 + byte] = Number(BigInt.asIntN(32, value));
      high[slice * 256 + byte] = Number(BigInt.asIntN(32, value >> 32n));
      value = entries[Number(value & 0xffn)]! ^ (value >> 8n);
    }
  }
  return { low, high };
}

const CRC32C_TABLE = tables(CRCS.CRC32C.polynomial).low;
const CRC64_TABLES = tables(CRCS.CRC64NVME.polynomial);

export class Crc32C implements Hasher {
  #crc = ~0;

  update(data: Uint8Array) {
    const table = CRC32C_TABLE;
    let crc = this.#crc;
    let at = 0;
    for (const end = data.length - 7; at < end; at += 8) {
      crc ^= data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
      crc =
        table[1792 + (crc & 255)]! ^
        table[1536 + ((crc >>> 8) & 255)]! ^
        table[1280 + ((crc >>> 16) & 255)]! ^
        table[1024 + (crc >>> 24)]! ^
        table[768 + data[at + 4]!]! ^
        table[512 + data[at + 5]!]! ^
        table[256 + data[at + 6]!]! ^
        table[data[at + 7]!]!;
    }
    for (; at < data.length; at++) crc = table[(crc ^ data[at]!) & 255]! ^ (crc >>> 8);
    this.#crc = crc;
  }

  digest() {
    const out = Buffer.alloc(4);
    out.writeInt32BE(~this.#crc);
    return out;
  }
}

export class Crc64Nvme implements Hasher {
  #low = ~0;
  #high = ~0;

  update(data: Uint8Array) {
    const { low: lows, high: highs } = CRC64_TABLES;
    let low = this.#low;
    let high = this.#high;
    let at = 0;
    for (const end = data.length - 7; at < end; at += 8) {
      low ^= data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
      high ^= data[at + 4]! | (data[at + 5]! << 8) | (data[at + 6]! << 16) | (data[at + 7]! << 24);
      const a = 1792 + (low & 255);
      const b = 1536 + ((low >>> 8) & 255);
      const c = 1280 + ((low >>> 16) & 255);
      const d = 1024 + (low >>> 24);
      const e = 768 + (high & 255);
      const f = 512 + ((high >>> 8) & 255);
      const g = 256 + ((high >>> 16) & 255);
      const h = high >>> 24;
      low = lows[a]! ^ lows[b]! ^ lows[c]! ^ lows[d]! ^ lows[e]! ^ lows[f]! ^ lows[g]! ^ lows[h]!;
      high = highs[a]! ^ highs[b]! ^ highs[c]! ^ highs[d]! ^ highs[e]! ^ highs[f]! ^ highs[g]! ^ highs[h]!;
    }
    for (; at < data.length; at++) {
      const index = (low ^ data[at]!) & 255;
      low = ((low >>> 8) | (high << 24)) ^ lows[index]!;
      high = (high >>> 8) ^ highs[index]!;
    }
    this.#low = low;
    this.#high = high;
  }

  digest() {
    const out = Buffer.alloc(8);
    out.writeInt32BE(~this.#high, 0);
    out.writeInt32BE(~this.#low, 4);
    return out;
  }
}

/** The CRC of the whole from the CRCs of its parts in order: a multipart object's checksum without reading it again. */
export function combine({ bytes, polynomial }: Crc, parts: { digest: Buffer; length: number }[]): Buffer {
  const width = BigInt(bytes * 8);
  const shifts = new Map<number, bigint>();
  let crc = 0n;
  for (const { digest, length } of parts) {
    const shift = shifts.get(length) ?? power(BigInt(length) * 8n);
    shifts.set(length, shift);
    crc = multiply(shift, crc) ^ BigInt(`0x${digest.toString("hex")}`);
  }
  return Buffer.from(crc.toString(16).padStart(bytes * 2, "0"), "hex");

  /** Product of two polynomials modulo the CRC's, lowest power in the highest bit. */
  function multiply(a: bigint, b: bigint): bigint {
    let product = 0n;
    for (let bit = 1n << (width - 1n); bit; bit >>= 1n) {
      if (a & bit) product ^= b;
      b = b & 1n ? (b >> 1n) ^ polynomial : b >> 1n;
    }
    return product;
  }

  /** x to the given power: what appending that many zero bits does to a CRC. */
  function power(exponent: bigint): bigint {
    let result = 1n << (width - 1n);
    for (let square = 1n << (width - 2n); exponent; exponent >>= 1n) {
      if (exponent & 1n) result = multiply(result, square);
      square = multiply(square, square);
    }
    return result;
  }
}
