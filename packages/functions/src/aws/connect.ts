import { config } from "@dropclip/core/config";
import { Database } from "@dropclip/core/database";

// Every function that uses the tables imports this first. It runs at cold start, when Lambda gives the function a full
// CPU.
Database.connect({ client: Database.clientOf(), tables: config.tables });
