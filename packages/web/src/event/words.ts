import type { Media } from "../api/types.ts";
import { clock } from "../text/format.ts";
import { t } from "../text/index.ts";

/** What one media of a list is called: media have no names of their own. */
export const name = ({ contentType, durationMs = 0 }: Media, index: number) =>
  contentType === "video" ? t.media.clip(index + 1, clock(durationMs)) : t.media.photo(index + 1);
