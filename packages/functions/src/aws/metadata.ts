/** Names of the metadata that handlers write with objects. `stacks/headers.ts` keeps them from viewers. */
export const Metadata = {
  /** The frame is mirrored already, and must not be mirrored again. */
  mirrored: "mirrored",
  /** Original byte count; its presence marks a copy that is stripped already. */
  sentBytes: "sent-bytes",
} as const;
