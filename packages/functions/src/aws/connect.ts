import { config } from "@dropclip/core/config";
import { Database } from "@dropclip/core/database";

// Imported first by every function that keeps records. Done while the function starts, when it has a whole processor.
Database.connect({ client: Database.clientOf(), tables: config.tables });
