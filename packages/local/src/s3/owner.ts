import { sha256Hex } from "../gate/sha256.ts";
import type { World } from "../world.ts";

/** The canonical user that owns everything: 64 hex digits, as S3's canonical ids are. */
export const ownerOf = ({ account }: World) => ({ ID: sha256Hex(`canonical user of ${account}`) });
