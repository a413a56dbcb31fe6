import { expect, it } from "vitest";
import { match } from "../src/ui/match.ts";

const MEDIA = "/e/:eventId/:uploadId?/:mediaId?";

it.each([
  ["/", "/", {}],
  ["/mine", "/mine/", {}],
  [MEDIA, "/e/1", { eventId: "1" }],
  [MEDIA, "/e/1/2/video", { eventId: "1", uploadId: "2", mediaId: "video" }],
  [MEDIA, "/e/a%20b", { eventId: "a b" }],
  [MEDIA, "/e/%zz", { eventId: "%zz" }],
  [MEDIA, "/e", undefined],
  [MEDIA, "/e/1/2/3/4", undefined],
  ["/e/:eventId/send", "/e/1/2", undefined],
  ["/mine", "/", undefined],
])("%s takes from %s %j", (pattern, path, found) => expect(match(pattern, path)).toEqual(found));
