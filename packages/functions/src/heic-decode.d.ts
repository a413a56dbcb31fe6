/** heic-decode carries no types of its own. */
declare module "heic-decode" {
  interface Decoded {
    width: number;
    height: number;
    /** RGBA. */
    data: Uint8ClampedArray;
  }
  interface Undecoded {
    width: number;
    height: number;
    decode(): Promise<Decoded>;
  }
  const decode: { all(options: { buffer: Uint8Array }): Promise<Undecoded[]> };
  export default decode;
}
