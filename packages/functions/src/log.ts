import { Logger } from "@aws-lambda-powertools/logger";

/** Structured logs: one JSON object a line, with the request's id and the ids the handler appends. */
export const logger = new Logger({ serviceName: "dropclip" });
