import { Hono } from "hono";
import { handle } from "hono/aws-lambda";

/** What the API is measured against: a route that only answers. */
const app = new Hono();
app.post("/bare", (c) => c.json({ status: "ok" }));

export const handler = handle(app);
