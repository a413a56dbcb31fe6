/** The bytes are no picture that can be shown. Whatever else is thrown here is our failure, not that of who sent them. */
export class Unreadable extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(what, options);
    this.name = "Unreadable";
  }
}

/** The picture may be whole, but no decoder here knows its format. */
export class Unsupported extends Unreadable {
  /** In words people know, such as "JPEG 2000". */
  readonly format: string;
  constructor(format: string) {
    super(`${format} is not supported`);
    this.name = "Unsupported";
    this.format = format;
  }
}

/** The decoder ended in a way it should not. It may do better in a fresh process. */
export class DecoderDied extends Error {
  constructor(cause: unknown) {
    super("the HEVC decoder died", { cause });
    this.name = "DecoderDied";
  }
}
