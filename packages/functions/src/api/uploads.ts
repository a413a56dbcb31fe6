import { Upload } from "@dropclip/core/upload";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { Sign } from "../sign.ts";
import { answerErrors, body, respond } from "./http.ts";

const app = answerErrors(new Hono());

app.post("/events/:eventId/uploads", async (c) => {
  const upload = await Upload.create({ ...(await body(c)), eventId: c.req.param("eventId") });
  return respond(c, upload, 201);
});

app.post("/uploads/:uploadId/sign", async (c) =>
  respond(c, await Sign.sign({ ...(await body(c)), uploadId: c.req.param("uploadId") })),
);

app.get("/uploads/:uploadId", async (c) =>
  respond(c, await Upload.get({ uploadId: c.req.param("uploadId"), fanId: c.req.query("fanId") ?? "" })),
);

/** The routes of fans' uploads. */
export const handler = handle(app);
