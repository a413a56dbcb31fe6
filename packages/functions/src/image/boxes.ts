export * as Boxes from "./boxes.ts";

/** A box of an ISO base media file (ISO/IEC 14496-12): its four-letter type, and what is in it. */
export interface Box {
  type: string;
  body: Reader;
}

/** A file's structure is not as its standard says. */
export class Malformed extends Error {
  constructor(what: string) {
    super(what);
    this.name = "Malformed";
  }
}

/** No picture has more: a bound for what a hostile one may ask to be looked through. */
const BOXES_MAX = 20_000;

/** Reads big-endian numbers one after the other; throws Malformed at the end. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left() {
    return this.bytes.length - this.position;
  }

  /** An unsigned number of 0 to 8 bytes; beyond 2^53 it is not exact, and beyond every file's end. */
  uint(size: number): number {
    const at = this.#skip(size);
    let value = 0;
    for (let index = at; index < at + size; index++) value = value * 256 + this.#view.getUint8(index);
    return value;
  }

  text(size: number): string {
    return Buffer.from(this.take(size)).toString("latin1");
  }

  take(size: number): Uint8Array {
    const at = this.#skip(size);
    return this.bytes.subarray(at, at + size);
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }

  /** Version and flags, which begin a "full" box. */
  versionAndFlags() {
    return { version: this.uint(1), flags: this.uint(3) };
  }

  #skip(size: number): number {
    if (size > this.left) throw new Malformed(`${size} bytes are wanted where ${this.left} are left`);
    const at = this.position;
    this.position += size;
    return at;
  }
}

/**
 * Boxes without which a file is not whole; what others append, such as a phone's film of the moment, may be cut off.
 */
const NEEDED = new Set(["ftyp", "meta", "moov", "mdat"]);

/** The boxes that follow in `reader`; what is behind them and no box is left out. */
export function boxes(reader: Reader): Box[] {
  const found: Box[] = [];
  while (reader.left >= 8) {
    let size = reader.uint(4);
    const type = reader.text(4);
    let header = 8;
    if (size === 1) {
      size = reader.uint(8);
      header = 16;
    } else if (size === 0) size = header + reader.left;
    if (size < header) throw new Malformed(`the box ${type} has ${size} bytes`);
    if (size - header > reader.left) {
      if (NEEDED.has(type)) throw new Malformed(`the box ${type} is cut off`);
      break;
    }
    if (found.length === BOXES_MAX) throw new Malformed(`there are more than ${BOXES_MAX} boxes`);
    found.push({ type, body: new Reader(reader.take(size - header)) });
  }
  return found;
}

/** The first box of a type. */
export const first = (all: Box[], type: string): Reader | undefined => all.find((box) => box.type === type)?.body;
