import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { IMAGE_PIXELS } from "@dropclip/core/limits";
import type { Libheif } from "libheif-js/libheif-wasm/libheif.js";
import { type Cicp, type Colour, hdr } from "./colour.ts";
import { DecoderDied, Unreadable, Unsupported } from "./failure.ts";
import type { Pixels } from "./pixels.ts";

/**
 * Decodes the primary picture of a HEIF file whose codec is HEVC: sharp's libheif has no decoder for it (patents). It
 * is turned and cropped as the file says. Eight bits a channel, but for HDR those the file has.
 */
export async function decode(bytes: Uint8Array, colour: Colour): Promise<{ pixels: Pixels; colour: Colour }> {
  try {
    return read(await instance(), bytes, colour);
  } catch (error) {
    // An abort, a trap or out of memory: the instance and this attempt are discarded.
    if (error instanceof Unreadable) throw error;
    throw new DecoderDied(error);
  }
}

let compiled: Promise<() => Libheif> | undefined;

/**
 * A fresh instance of the compiled module, for one picture: nothing that a picture leaves behind, or breaks, reaches
 * the next. It takes a hundredth of the time of decoding a phone's photo.
 */
async function instance(): Promise<Libheif> {
  compiled ??= compile();
  return (await compiled)();
}

async function compile() {
  const { default: libheif } = await import("libheif-js/libheif-wasm/libheif.js");
  const file = createRequire(import.meta.url).resolve("libheif-js/libheif-wasm/libheif.wasm");
  const module = new WebAssembly.Module(await readFile(file));
  const silent = () => {};
  return () =>
    libheif({
      instantiateWasm: (imports, receive) => receive(new WebAssembly.Instance(module, imports)),
      print: silent,
      printErr: silent,
    });
}

/** libheif's own numbers. */
const RGB = 1;
const AS_CODED = 99;
const INTERLEAVED = 10;
const CHROMA = { 8: { 3: 10, 4: 11 }, 16: { 3: 14, 4: 15 } } as const;
/** Their byte offsets in libheif's structs. */
const LIMITS = { pixels: 8, tiles: 16 };
const OPTIONS = { convertHdrTo8Bit: 20, correctBrokenInput: 68, passColoursThrough: 69 };
const NCLX = { primaries: 4, transfer: 8 };
/** Codecs work in blocks, so a picture may be coded a little larger than it is shown. */
const CODED_PIXELS_MAX = 1.1 * IMAGE_PIXELS;
const TILES_MAX = 10_000;

function read(lib: Libheif, bytes: Uint8Array, told: Colour) {
  const error = lib._malloc(12);
  const result = lib._malloc(4);
  const input = lib._malloc(bytes.length);
  lib.HEAPU8.set(bytes, input);
  const context = lib._heif_context_alloc();
  const limits = lib._heif_context_get_security_limits(context);
  lib.HEAPU32.set([CODED_PIXELS_MAX, 0, TILES_MAX, 0], (limits + LIMITS.pixels) / 4);

  lib._heif_context_read_from_memory_without_copy(error, context, input, bytes.length, 0);
  check(lib, error);
  lib._heif_context_get_primary_image_handle(error, context, result);
  check(lib, error);
  const handle = word(lib, result);
  const channels = lib._heif_image_handle_has_alpha_channel(handle) ? 4 : 3;
  const options = lib._heif_decoding_options_alloc();
  // Colours are converted here, by what ICC or HDR need; libheif would do so by code points alone.
  lib.HEAPU8[options + OPTIONS.passColoursThrough] = 1;
  // Some cameras write a wrong colour range into their files.
  lib.HEAPU8[options + OPTIONS.correctBrokenInput] = 1;
  const decoded = (colourspace: number, chroma: number) => {
    lib._heif_decode_image(error, handle, result, colourspace, chroma, options);
    check(lib, error);
    return word(lib, result);
  };
  let colour = told;
  // What the coded picture itself says is told only of pixels as they are coded. No phone leaves it at that in eight
  // bits.
  if (!told.cicp && !told.icc && lib._heif_image_handle_get_luma_bits_per_pixel(handle) > 8) {
    const coded = decoded(AS_CODED, AS_CODED);
    colour = codedColour(lib, error, coded);
    lib._heif_image_release(coded);
  }
  const depth = hdr(colour) ? 16 : 8;
  lib.HEAPU8[options + OPTIONS.convertHdrTo8Bit] = depth === 8 ? 1 : 0;
  const image = decoded(RGB, CHROMA[depth][channels]);
  return { pixels: pixelsOf(lib, image, channels, depth), colour };
}

/** The code points in the coded picture itself, used if the file has none. */
function codedColour(lib: Libheif, error: number, image: number): { cicp?: Cicp } {
  const result = lib._malloc(4);
  lib._heif_image_get_nclx_color_profile(error, image, result);
  if (word(lib, error) !== 0) return {};
  const nclx = word(lib, result);
  return { cicp: { primaries: word(lib, nclx + NCLX.primaries), transfer: word(lib, nclx + NCLX.transfer) } };
}

/** Where they lie in the decoder's memory: they are held once. The instance is used no more, so they stay. */
function pixelsOf(lib: Libheif, image: number, channels: 3 | 4, depth: 8 | 16): Pixels {
  const width = lib._heif_image_get_width(image, INTERLEAVED);
  const height = lib._heif_image_get_height(image, INTERLEAVED);
  const bits = depth === 8 ? 8 : lib._heif_image_get_bits_per_pixel_range(image, INTERLEAVED);
  const stride = lib._malloc(4);
  const plane = lib._heif_image_get_plane_readonly2(image, INTERLEAVED, stride);
  const [from, to] = [word(lib, stride), (width * channels * depth) / 8];
  const heap = lib.HEAPU8;
  if (from !== to)
    for (let y = 1; y < height; y++) heap.copyWithin(plane + y * to, plane + y * from, plane + y * from + to);
  const memory = [heap.buffer, plane, width * height * channels] as const;
  return { data: depth === 8 ? new Uint8Array(...memory) : new Uint16Array(...memory), width, height, channels, bits };
}

const word = (lib: Libheif, pointer: number) => lib.HEAPU32[pointer / 4]!;

/** libheif's error codes that do not blame the bytes: out of memory, and wrong use of its API. */
const OURS = new Set([5, 6]);
/** Error codes for an unknown file type, feature or codec. */
const UNKNOWN = new Set([3, 4, 11]);
/** Detail of code 6: a limit is exceeded. */
const LIMIT_EXCEEDED = 1000;

function check(lib: Libheif, error: number) {
  const [code, detail] = [word(lib, error), word(lib, error + 4)];
  if (code === 0) return;
  if (UNKNOWN.has(code)) throw new Unsupported("an unusual kind of HEIC");
  const what = `libheif's error ${code}.${detail}`;
  throw OURS.has(code) && detail !== LIMIT_EXCEEDED ? new Error(what) : new Unreadable(what);
}
