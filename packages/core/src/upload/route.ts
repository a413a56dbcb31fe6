/**
 * The word by which a Task tells the next Choice of the state machine where to go: the definition and the handlers
 * share it.
 */
export type Route = Claimed | Planned | Converted;

/** After *Claim upload*. */
export type Claimed = "video" | "image" | "refused" | "surplus" | "already handled";
/** After *Plan transcode*. */
export type Planned = "transcode" | "refused" | "gone";
/** After *Publish image*. */
export type Converted = "publish" | "refused" | "gone";
