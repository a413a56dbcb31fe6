import "../aws/connect.ts";

import { serve } from "./route.ts";
import { group } from "./routes/public.ts";

export const handler = serve(group);
