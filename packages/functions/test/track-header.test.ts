import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TrackHeader } from "../src/ingest/track-header.ts";

const box = (type: string, ...content: Buffer[]) => {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + body.length, 0);
  header.write(type, 4, "latin1");
  return Buffer.concat([header, body]);
};
const large = (type: string, body: Buffer) => {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(1, 0);
  header.write(type, 4, "latin1");
  header.writeBigUInt64BE(BigInt(16 + body.length), 8);
  return Buffer.concat([header, body]);
};

const IDENTITY = Buffer.from("000100000000000000000000000000000001000000000000000000000000000040000000", "hex");
/** Minus one, and moved by its width of 320. */
const MIRRORED = Buffer.from("ffff00000000000000000000000000000001000000000000014000000000000040000000", "hex");
const SIZE = Buffer.from("0140000000b40000", "hex");

const header = (matrix: Buffer, version = 0) =>
  box("tkhd", Buffer.from([version, 0, 0, 3]), Buffer.alloc(version ? 48 : 36), matrix, SIZE);
const handler = (kind: string) => box("hdlr", Buffer.alloc(8), Buffer.from(kind, "latin1"), Buffer.alloc(13));
const track = (kind: string, matrix = IDENTITY, version = 0) =>
  box("trak", header(matrix, version), box("edts"), box("mdia", box("mdhd", Buffer.alloc(24)), handler(kind)));
const movie = (...tracks: Buffer[]) => box("moov", box("mvhd", Buffer.alloc(100)), ...tracks);
const file = (...tracks: Buffer[]) => [box("ftyp", Buffer.from("isom")), movie(...tracks)];

describe("TrackHeader.mirror", () => {
  it.each([0, 1])("writes the matrix of the picture track, nothing else, where times have version %i", (version) => {
    const given = Buffer.concat([...file(track("soun"), track("vide", IDENTITY, version)), box("mdat", SIZE)]);
    const wanted = Buffer.concat([...file(track("soun"), track("vide", MIRRORED, version)), box("mdat", SIZE)]);
    expect(TrackHeader.mirror(given)).toBe(true);
    expect(given.equals(wanted)).toBe(true);
  });

  it("leaves what is mirrored already", () => {
    const given = Buffer.concat(file(track("vide", MIRRORED)));
    const before = Buffer.from(given);
    expect(TrackHeader.mirror(given)).toBe(false);
    expect(given.equals(before)).toBe(true);
  });

  it("finds it in a file that is cut off, and behind boxes of every kind of size", () => {
    const whole = Buffer.concat([large("free", Buffer.alloc(40)), ...file(track("vide")), box("mdat", SIZE)]);
    expect(TrackHeader.mirror(whole.subarray(0, whole.length - 12))).toBe(true);
    const open = movie(track("vide"));
    // Until the end of the file.
    open.writeUInt32BE(0, 0);
    expect(TrackHeader.mirror(open)).toBe(true);
  });

  it.each<[string, Buffer]>([
    ["without a picture", Buffer.concat(file(track("soun")))],
    ["without a movie", box("ftyp", SIZE)],
    ["of a version nobody knows", Buffer.concat(file(track("vide", IDENTITY, 7)))],
    ["that ends within the matrix", Buffer.concat(file(track("vide"))).subarray(0, 200)],
    ["that is empty", Buffer.alloc(0)],
  ])("finds none in a file %s", (_, given) => {
    const before = Buffer.from(given);
    expect(TrackHeader.mirror(given)).toBeUndefined();
    expect(given.equals(before)).toBe(true);
  });

  it("never throws, nor writes more than a matrix, whatever the bytes are", () => {
    const good = Buffer.concat(file(track("soun"), track("vide")));
    const damaged = fc
      .tuple(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.constantFrom(0, 1, 7, 8, 127, 128, 255)), { maxLength: 12 }),
        fc.nat(good.length),
      )
      .map(([changes, length]) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        return bytes.subarray(0, length);
      });
    const random = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(damaged, random), (bytes) => {
        const before = Buffer.from(bytes);
        const changed = TrackHeader.mirror(bytes);
        const different = [...bytes.keys()].filter((at) => bytes[at] !== before[at]);
        expect(different.length > 0).toBe(changed === true);
        expect((different.at(-1) ?? 0) - (different[0] ?? 0)).toBeLessThan(36);
      }),
      { numRuns: 3000 },
    );
  });

  it("looks through a bounded number of boxes", () => {
    const many = Buffer.concat(Array.from({ length: 200_000 }, () => box("free")));
    expect(TrackHeader.mirror(Buffer.concat([many, ...file(track("vide"))]))).toBeUndefined();
  });
});
