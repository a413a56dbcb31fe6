/** The bytes are no picture that can be shown. Any other error is our failure, not the sender's. */
export class Unreadable extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(what, options);
    this.name = "Unreadable";
  }
}

/** The picture may be intact, but no decoder here knows its format. */
export class Unsupported extends Unreadable {
  /** In words people know, such as "JPEG 2000". */
  readonly format: string;
  constructor(format: string) {
    super(`${format} is not supported`);
    this.name = "Unsupported";
    this.format = format;
  }
}

/** The decoder crashed. It may succeed in a new process. */
export class DecoderDied extends Error {
  constructor(cause: unknown) {
    super("the HEVC decoder died", { cause });
    this.name = "DecoderDied";
  }
}

/** An error of sharp blames the bytes, except when memory ran out: that is our failure. */
export async function blamed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const text = String(error);
    if (error instanceof RangeError || /out of memory|unable to allocate|bad_alloc|ENOMEM/i.test(text)) throw error;
    if (/heif: (Unsupported|Error while loading plugin)/.test(text)) throw new Unsupported("an unusual kind of AVIF");
    throw new Unreadable(text, { cause: error });
  }
}
