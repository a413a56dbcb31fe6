import { Hono } from "hono";
import { handle } from "hono/aws-lambda";

/** The handler that the API is measured against: it only answers. */
const app = new Hono();
app.post("/bare", (c) => c.json({ status: "ok" }));

export const handler = handle(app);
