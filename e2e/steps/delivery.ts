import assert from "node:assert/strict";
import { served } from "../edge.ts";
import { answered, check } from "../expect.ts";
import type { Run } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { announced, signerOf } from "../send.ts";
import { flyerForm } from "./flyer.ts";

const STRANGER = "https://stranger.example";

export const delivery: Step<Run>[] = [
  {
    name: "The CDN serves pages of every origin, with security headers",
    needs: ["All of it is complete"],
    async run(run) {
      const { urls } = run.made.records.mixed.media[0];
      const { headers } = await served(run, urls.content, /^video\/mp4$/, { origin: STRANGER });
      const wanted = {
        "access-control-allow-origin": "*",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "strict-origin-when-cross-origin",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "no-cache",
      };
      for (const [name, value] of Object.entries(wanted))
        assert.equal(headers.get(name)?.toLowerCase(), value.toLowerCase(), name);
      check(!headers.has("access-control-allow-credentials"), "the CDN allows credentials");
      assert.match(headers.get("access-control-expose-headers") ?? "", /Content-Range/i);
    },
  },
  {
    name: "The CDN lets pages of every origin ask for parts, and browsers keep none of its errors",
    needs: ["All of it is complete"],
    async run(run) {
      const { urls } = run.made.records.mixed.media[0];
      const asked = await preflight(urls.content, "GET", STRANGER, "range,if-none-match");
      check(asked.ok, `the CDN answered a preflight ${asked.status}`);
      assert.equal(asked.headers.get("access-control-allow-origin"), "*");
      const missing = await fetch(`${urls.content}.none`, { headers: { origin: STRANGER } });
      assert.equal(missing.status, 403);
      assert.equal(missing.headers.get("cache-control"), "no-cache");
    },
  },
  {
    name: "The API and S3 answer the app's own pages, and no others",
    needs: ["A creative makes an event, once", "Media are made"],
    async run(run) {
      const { target, made } = run;
      const { api } = made.users.fan;
      const files = announced([made.sample.drawing]);
      const created = answered(await api("POST", `/events/${made.eventId}/uploads`, { files }), 201);
      const [request] = await signerOf(api, created.uploadId, "image1")("PutObject");
      answered(await api("DELETE", `/uploads/${created.uploadId}`), 204);
      for (const [url, method] of [
        [`${target.api}/events`, "POST"],
        [request!.url, "PUT"],
        [(await flyerForm(run, made.sample.flyer)).url, "POST"],
      ] as const) {
        const own = await preflight(url, method, target.pages);
        const [place] = url.split("?");
        check(own.ok, `${place}: a preflight from ${target.pages} is answered with ${own.status}`);
        assert.equal(own.headers.get("access-control-allow-origin"), target.pages);
        assert.match(own.headers.get("access-control-allow-methods") ?? "", new RegExp(method));
        const strange = await preflight(url, method, STRANGER);
        assert.equal(strange.headers.get("access-control-allow-origin"), null);
      }
      const answer = await fetch(`${target.api}/events`, { headers: { origin: target.pages } });
      assert.equal(answer.headers.get("access-control-allow-origin"), target.pages);
      assert.match(answer.headers.get("access-control-expose-headers") ?? "", /ETag/i);
    },
  },
  {
    name: "The CDN sends plain HTTP to HTTPS",
    needs: ["All of it is complete"],
    omit: ({ target }) => (target.secure ? undefined : "this target has no HTTPS"),
    async run(run) {
      const { content } = run.made.records.mixed.media[0].urls;
      const answer = await fetch(content.replace(/^https:/, "http:"), { redirect: "manual" });
      assert.equal(answer.status, 301);
      assert.equal(answer.headers.get("location"), content);
    },
  },
];

async function preflight(url: string, method: string, origin: string, names = "content-type"): Promise<Response> {
  const asked = { "access-control-request-method": method, "access-control-request-headers": names };
  return fetch(url, { method: "OPTIONS", headers: { origin, ...asked } });
}
