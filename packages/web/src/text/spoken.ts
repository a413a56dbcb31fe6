import { speak, wanted } from "./index.ts";

/** The reader's language is there. */
export const spoken = speak(wanted());
