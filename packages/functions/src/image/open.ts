import { Content } from "@dropclip/core/content";
import { PICTURE_FRAMES } from "@dropclip/core/limits";
import type { Sharp, SharpOptions } from "sharp";
import { Malformed } from "./boxes.ts";
import { sharp } from "./codecs.ts";
import { BT709, type Cicp, type Colour, chromaticities, gamma, hdr } from "./colour.ts";
import { blamed, Unreadable, Unsupported } from "./failure.ts";
import { Heif } from "./heif.ts";
import { decode } from "./hevc.ts";
import { profile } from "./icc.ts";
import { Jpeg } from "./jpeg.ts";
import type { Pixels } from "./pixels.ts";
import { Png } from "./png.ts";
import { toneMap } from "./tone.ts";
import { Webp } from "./webp.ts";

/** A picture before its pixels are decoded. */
export interface Opened {
  format: Content.PictureFormat;
  width: number;
  /** Height in pixels; for an animation, of all frames one below the other. */
  height: number;
  frames: number;
  /** Its pixels: upright, in whatever colours its profile says, which sharp converts to sRGB as it writes. */
  image(): Promise<Sharp>;
}

/**
 * Reads what a picture says of itself. Throws Unreadable when it says nonsense, or another format than its first bytes
 * claim; any other error is ours. Of an animation its first frame is read, or all where `animated`.
 */
export async function open(bytes: Uint8Array, animated = false): Promise<Opened> {
  const format = Content.pictureFormat(bytes);
  if (!format) throw new Unreadable("these bytes begin as no picture does");
  if (format === "heif") return openHeif(bytes);
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const { bytes: input, frames } = lean(format, whole, animated ? PICTURE_FRAMES : 1);
  const options: SharpOptions = { animated, failOn: "error", limitInputPixels: false };
  const metadata = await blamed(sharp(input, options).metadata());
  if (metadata.format !== format) throw new Unreadable(`${metadata.format} is called ${format}`);
  const { width, height, pages = 1 } = metadata;
  const image = async () => {
    if (format === "png") return openPng(input);
    if (format === "jpeg") return (await Jpeg.decodable(input)).autoOrient();
    return sharp(input, options).autoOrient();
  };
  return { format, width, height, frames: animated ? Math.max(frames, pages) : 1, image };
}

/** Only the data that the picture needs: other data is not read, and a crafted file could make it take hours. */
function lean(format: Content.PictureFormat, whole: Buffer, framesMax: number): { bytes: Buffer; frames: number } {
  if (format === "webp") return Webp.lean(whole, framesMax);
  const bytes = format === "png" ? Png.lean(whole) : format === "jpeg" ? Jpeg.lean(whole) : whole;
  return { bytes, frames: 0 };
}

async function openPng(bytes: Buffer): Promise<Sharp> {
  const said = Png.said(bytes);
  const image = (from: Buffer) => sharp(from, { failOn: "error", limitInputPixels: false }).autoOrient();
  if (!said) return image(bytes);
  if ("gamma" in said) return image(Png.withProfile(bytes, profile(said.primaries, said.gamma)));
  const cicp = hdr(said);
  if (cicp) return fromPixels(toneMap(await deep(image(bytes)), cicp));
  const icc = profileOf(said.cicp);
  return image(icc ? Png.withProfile(bytes, icc) : bytes);
}

/** Codecs by the types of their items; those of which there is no decoder here by the names people know. */
const AV1 = "av01";
const HEVC = new Set(["hvc1", "hev1"]);
const OTHERS: Record<string, string> = {
  avc1: "HEIF with H.264",
  vvc1: "HEIF with H.266",
  j2k1: "HEIF with JPEG 2000",
  jpeg: "HEIF with JPEG",
  unci: "uncompressed HEIF",
};

async function openHeif(bytes: Uint8Array): Promise<Opened> {
  const info = read(() => Heif.describe(bytes));
  if (!info) throw new Unsupported("HEIF without a still picture");
  const { codec, width, height, pixels } = info;
  if (codec !== AV1 && !HEVC.has(codec)) throw new Unsupported(OTHERS[codec] ?? "an unusual kind of HEIF");
  // The work depends on the pixels of all parts, which may be more than are shown.
  const [shownWidth, shownHeight] = pixels > 2 * width * height ? [pixels, 1] : [width, height];
  const image = codec === AV1 ? () => openAv1(bytes, info.colour) : () => openHevc(bytes, info.colour);
  return { format: "heif", width: shownWidth, height: shownHeight, frames: 1, image };
}

function read<T>(what: () => T): T {
  try {
    return what();
  } catch (error) {
    throw error instanceof Malformed ? new Unreadable(error.message, { cause: error }) : error;
  }
}

async function openHevc(bytes: Uint8Array, told: Colour): Promise<Sharp> {
  const { pixels, colour } = await decode(bytes, told);
  const cicp = hdr(colour);
  return cicp ? fromPixels(toneMap(pixels, cicp)) : coloured(pixels, colour);
}

async function openAv1(bytes: Uint8Array, colour: Colour): Promise<Sharp> {
  // libvips knows AVIF by its first brand, and of the brands AVIF may begin with only some.
  const named = read(() => Heif.lean(bytes));
  named.write("avif", 8, "latin1");
  const image = sharp(named, { failOn: "error", limitInputPixels: false });
  const cicp = hdr(colour);
  if (cicp) return fromPixels(toneMap(await deep(image), cicp));
  // libvips honours the profile by itself, but no code points.
  if (colour.icc || !colour.cicp || !profileOf(colour.cicp)) return image;
  const { data, info } = await blamed(image.raw().toBuffer({ resolveWithObject: true }));
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4) return image;
  return coloured({ data, width, height, channels, bits: 8 }, colour);
}

/** All bits per channel, as stored in the file. */
async function deep(image: Sharp): Promise<Pixels> {
  const work = image.toColourspace("rgb16").raw({ depth: "ushort" }).toBuffer({ resolveWithObject: true });
  const { data, info } = await blamed(work);
  const { width, height, channels } = info;
  const values = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return { data: values, width, height, channels: channels as 3 | 4, bits: 16 };
}

function coloured(pixels: Pixels, { icc, cicp }: Colour): Sharp {
  const found = icc ?? (cicp && profileOf(cicp));
  return found ? sharp(Png.wrap(pixels, found), { limitInputPixels: false }) : fromPixels(pixels);
}

const fromPixels = ({ data, width, height, channels }: Pixels) =>
  sharp(data, { raw: { width, height, channels }, limitInputPixels: false });

/** The profile of these code points; none where they are sRGB's. */
function profileOf({ primaries, transfer }: Cicp): Buffer | undefined {
  const [corners, exponent] = [chromaticities(primaries), gamma(transfer)];
  return corners === BT709 && exponent === undefined ? undefined : profile(corners, exponent);
}
