import { sha256Hex } from "../gate/sha256.ts";
import type { World } from "../world.ts";
import type { Upload } from "./uploads.ts";

/** The canonical user that owns everything: 64 hex digits, as S3's canonical ids are. */
export const ownerOf = ({ account }: World) => ({ ID: sha256Hex(`canonical user of ${account}`) });

/** The initiator of an upload, as documents name it. */
export const initiator = ({ initiator: arn }: Upload) => ({ ID: arn, DisplayName: arn.split("/").at(-1) });
