/** Metadata that handlers keep with what they write, by name. The edge shows none of it: it knows these names too. */
export const Metadata = {
  /** On a frame that is mirrored already: twice would be once too often. */
  mirrored: "mirrored",
  /** Bytes of what was sent, so that it is not looked through again, nor blamed for its size. */
  sentBytes: "sent-bytes",
} as const;
