import * as v from "valibot";
import { named } from "./schemas.ts";

/** An error as the API answers it. `requestId` finds it in the log. */
export const Problem = named("Problem", {
  code: v.string(),
  message: v.string(),
  details: v.record(v.string(), v.union([v.string(), v.number(), v.array(v.string())])),
  requestId: v.string(),
});
