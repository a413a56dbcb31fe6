import "../aws/connect.ts";

import { serve } from "./route.ts";
import { group } from "./routes/events.ts";

export const handler = serve(group);
