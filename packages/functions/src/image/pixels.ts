/** A decoded picture, row by row, each pixel's channels side by side: red, green, blue, and maybe opacity. */
export interface Pixels {
  data: Uint8Array | Uint16Array;
  width: number;
  height: number;
  channels: 3 | 4;
  /** Bits of each channel. */
  bits: number;
}
