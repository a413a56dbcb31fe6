import { expect, it } from "vitest";
import { isUnreachable, Problem } from "../src/api/problem.ts";

it.each([
  ["no network", new TypeError("Failed to fetch"), true],
  ["a server that is away", new Problem(503), true],
  ["calls that came too fast", new Problem(429, { code: "request.too_many" }), true],
  ["the gateway's own limit of calls", new Problem(429), true],
  ["the uploads of a show that are used up", new Problem(429, { code: "upload.too_many" }), false],
  ["a day that is used up", new Problem(429, { code: "upload.day_used_up" }), false],
  ["a refusal", new Problem(409, { code: "event.closed" }), false],
  ["a fault of the page", new Error("no"), false],
])("%s: whether trying again may help", (_, error, may) => expect(isUnreachable(error)).toBe(may));
