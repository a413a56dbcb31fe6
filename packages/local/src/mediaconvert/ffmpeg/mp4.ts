import { type FileHandle, open } from "node:fs/promises";

interface Box {
  type: string;
  /** Where its content begins, and where it ends. */
  start: number;
  end: number;
}

/** The transformation matrix of a picture that is shown as it is stored (ISO/IEC 14496-12, TrackHeaderBox). */
const IDENTITY = Buffer.from("000100000000000000000000000000000001000000000000000000000000000040000000", "hex");

/** More than any movie box ffmpeg writes for hours of video. */
const MOVIE_BYTES = 256 * 1024 * 1024;

/** What an MP4 file or CMAF header says of itself. */
export interface Movie {
  /** Zero in a CMAF header. */
  seconds: number;
  /** Size of the coded picture; undefined without video. */
  size?: { width: number; height: number };
}

/**
 * Makes every track of an MP4 file or CMAF header upright in place and tells what it holds. MediaConvert never passes
 * rotation metadata on; some versions of ffmpeg do, after the picture was turned. Throws when the file has no movie
 * box.
 */
export async function finishMp4(path: string): Promise<Movie> {
  const file = await open(path, "r+");
  try {
    const { offset, movie } = await readMovie(file);
    const boxes = inside(movie, { type: "moov", start: 0, end: movie.length });
    let size: Movie["size"];
    for (const track of boxes.filter(({ type }) => type === "trak")) {
      size ??= pictureSize(movie, track);
      const header = inside(movie, track).find(({ type }) => type === "tkhd")!;
      const matrix = header.start + (movie.readUInt8(header.start) === 1 ? 52 : 40);
      await file.write(IDENTITY, 0, IDENTITY.length, offset + matrix);
    }
    return { seconds: duration(movie, boxes.find(({ type }) => type === "mvhd")!.start), size };
  } finally {
    await file.close();
  }
}

async function readMovie(file: FileHandle): Promise<{ offset: number; movie: Buffer }> {
  const { size } = await file.stat();
  const read = async (offset: number, length: number) =>
    (await file.read(Buffer.alloc(length), 0, length, offset)).buffer;
  for (let at = 0; at + 8 <= size; ) {
    const header = await read(at, 16);
    const short = header.readUInt32BE(0);
    const length = short === 1 ? Number(header.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < 8) break;
    if (header.toString("latin1", 4, 8) === "moov" && length < MOVIE_BYTES)
      return { offset: at + 8, movie: await read(at + 8, length - 8) };
    at += length;
  }
  throw new Error("the file has no movie box");
}

function inside(bytes: Buffer, { start, end }: Box): Box[] {
  const boxes: Box[] = [];
  for (let at = start; at + 8 <= end; ) {
    const length = bytes.readUInt32BE(at);
    if (length < 8) break;
    boxes.push({ type: bytes.toString("latin1", at + 4, at + 8), start: at + 8, end: at + length });
    at += length;
  }
  return boxes;
}

/** Bytes of an `stsd` before its first entry, and of that entry before its width (VisualSampleEntry). */
const ENTRY_BYTES = 8;
const WIDTH_BYTES = 32;

function pictureSize(movie: Buffer, track: Box): Movie["size"] {
  let box: Box | undefined = track;
  for (const type of ["mdia", "minf", "stbl", "stsd"])
    box = box && inside(movie, box).find((inner) => inner.type === type);
  const entry = box!.start + ENTRY_BYTES;
  if (movie.toString("latin1", entry + 4, entry + 8) !== "avc1") return undefined;
  return {
    width: movie.readUInt16BE(entry + WIDTH_BYTES),
    height: movie.readUInt16BE(entry + WIDTH_BYTES + 2),
  };
}

function duration(movie: Buffer, header: number): number {
  const wide = movie.readUInt8(header) === 1;
  const timescale = movie.readUInt32BE(header + (wide ? 20 : 12));
  return (wide ? Number(movie.readBigUInt64BE(header + 24)) : movie.readUInt32BE(header + 16)) / timescale;
}
