import type { Media } from "../api/types.ts";

/** What is gone on with after signing in: the report of one media. */
export const reportOf = ({ uploadId, mediaId }: Media) => `report:${uploadId}/${mediaId}`;
