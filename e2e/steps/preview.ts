import assert from "node:assert/strict";
import { answered, check, Never } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";

export const PUBLISHED = "The pages are published, and know where they are";

export const preview: Step<Run>[] = [
  {
    name: PUBLISHED,
    async run({ target }) {
      const { text, headers } = await read(`${target.pages}/`);
      const stage = /<script type="application\/json" id="stage">(.*?)<\/script>/s.exec(text)?.[1];
      if (!stage) throw new Never("there are no pages: `npx dropclip pages publish` puts them there");
      assert.partialDeepStrictEqual(JSON.parse(stage), { api: target.api, cdn: target.cdn, clientId: target.clientId });
      const policy = headers.get("content-security-policy") ?? "";
      for (const rule of ["script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"])
        check(policy.includes(rule), `the policy of the pages has no ${rule}: ${policy}`);
    },
  },
  {
    name: "A shared link shows the event to those who run no scripts",
    needs: [
      PUBLISHED,
      "The event is changed, by who has read it last",
      "Another flyer takes its place, and tells nothing of the phone",
    ],
    async run(run) {
      const { target, made, nobody } = run;
      const { title } = answered(await nobody("GET", `/events/${made.eventId}`), 200);
      const url = `${target.pages}/e/${made.eventId}`;
      await until(run, "the link is to have its preview", async () => {
        const { text } = await read(url);
        assert.deepEqual(
          [property(text, "title"), property(text, "url"), property(text, "image")],
          [title, url, made.flyer],
        );
      });
      const picture = await fetch(made.flyer);
      await picture.body?.cancel();
      assert.equal(picture.status, 200);
    },
  },
];

async function read(url: string): Promise<{ text: string; headers: Headers }> {
  const answer = await fetch(url);
  const text = await answer.text();
  check(answer.status === 200, `${url} is answered with ${answer.status}`);
  return { text, headers: answer.headers };
}

const property = (page: string, name: string) =>
  new RegExp(`<meta property="og:${name}" content="([^"]*)">`).exec(page)?.[1];
