import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { findChromium, NO_CHROMIUM } from "../browser/chromium.ts";
import { signInOnPage } from "../browser/sign-in.ts";
import { answered, check, Unexpected } from "../expect.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { PUBLISHED } from "./preview.ts";

const OPENED = "Everybody opens the event's page, where a clip plays with sound";
const SENT = "A fan sends from the page, signs in on the way, and sees it play";

export const pages: Step<Run>[] = [
  {
    name: OPENED,
    needs: [PUBLISHED, "The gallery shows all of it, newest first"],
    // Where tests run by themselves nobody would read why.
    omit: () => (findChromium() || process.env.CI ? undefined : NO_CHROMIUM),
    async run(run) {
      const page = await run.visitors.open();
      await visit(run, page, "");
      const media = page.getByRole("region", { name: "Clips and photos" }).getByRole("link");
      await until(run, "the page is to show all media", async () => {
        const shown = await media.count();
        if (shown < 5) await page.reload();
        check(shown >= 5, `it shows ${shown}`);
      });
      await media
        .filter({ has: page.locator(".time") })
        .first()
        .click();
      await plays(run, page);
      await page.context().close();
    },
  },
  {
    name: "A link to one photo opens it, and it is kept under a proper name",
    needs: [OPENED],
    async run(run) {
      const page = await run.visitors.open();
      await visit(run, page, `/${run.made.uploads.mixed}/image1`);
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("img").first().waitFor();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        dialog.getByRole("button", { name: "Download" }).click(),
      ]);
      assert.match(download.suggestedFilename(), /^End to end, late .*\.jpg$/);
      const { format, width, height } = await sharp(readFileSync(await download.path())).metadata();
      assert.deepEqual({ format, width, height }, { format: "jpeg", width: 400, height: 640 });
      await page.context().close();
    },
  },
  {
    name: SENT,
    needs: [OPENED],
    async run(run) {
      const { made, target, accounts } = run;
      const page = await run.visitors.open();
      run.made.fanPage = page;
      await visit(run, page, "/send");
      await page.getByRole("heading", { name: "Send your clips" }).waitFor();
      await page.locator("input[type=file]").first().setInputFiles([made.sample.clip, made.sample.drawing]);
      await page.getByRole("button", { name: "Sign in and send 2 files" }).click();
      await signInOnPage(page, target, made.users.fan.email, accounts.password);
      const watch = page.getByRole("link", { name: "Watch: clip.mov" });
      await until(run, "what was sent is to be on the page", async () => {
        for (const link of [watch, page.getByRole("link", { name: "View: drawing.png" })])
          if (!(await link.isVisible()))
            throw new Unexpected((await page.locator(".file .state").allTextContents()).join(", "));
      });
      await watch.click();
      await plays(run, page);
      made.pageUpload = new URL(page.url()).pathname.split("/")[3]!;
    },
  },
  {
    name: "They find it among their uploads, and nobody else does",
    needs: [SENT],
    async run(run) {
      const { target, made, visitors } = run;
      const link = `a[href="/e/${made.eventId}/${made.pageUpload}/video"]`;
      await made.fanPage.goto(`${target.pages}/mine`);
      await made.fanPage.locator(link).waitFor();
      const other = await visitors.open(made.users.otherFan);
      const asked = other.waitForResponse((answer) => answer.url().startsWith(`${target.api}/me/uploads`));
      await other.goto(`${target.pages}/mine`);
      const { uploads } = (await (await asked).json()) as { uploads: { uploadId: string }[] };
      check(!uploads.some(({ uploadId }) => uploadId === made.pageUpload), "another fan is told of it");
      await other.context().close();
    },
  },
  {
    name: "Another fan reports it, and the creative reads that",
    needs: [SENT],
    async run(run) {
      const { made, visitors } = run;
      const page = await visitors.open(made.users.otherFan);
      await visit(run, page, `/${made.pageUpload}/video`);
      await page.getByRole("button", { name: "Report to the performer" }).click();
      const form = page.getByRole("dialog", { name: "Report to the performer" });
      await form.getByLabel("It is not of this show").check();
      await form.getByLabel("More about it").fill("end to end");
      await form.getByRole("button", { name: "Send the report" }).click();
      await page.getByText("Your report was sent").waitFor();
      await until(run, "the report is to be read", async () => {
        const { reports } = answered(await made.users.creative.api("GET", `/events/${made.eventId}/reports`), 200);
        assert.partialDeepStrictEqual(reports, [
          { uploadId: made.pageUpload, mediaId: "video", reason: "spam", text: "end to end" },
        ]);
      });
      await page.context().close();
    },
  },
  {
    name: "No page asked a host of others, or broke a rule of its own",
    needs: [OPENED],
    async run({ visitors }) {
      assert.deepEqual(visitors.troubles, []);
    },
  },
];

/** Opens a page below the event's own. */
async function visit({ target, made }: Run, page: Page, path: string) {
  await page.goto(`${target.pages}/e/${made.eventId}${path}`);
}

/** Waits until the clip on the screen has moved and been heard. */
async function plays(run: Run, page: Page) {
  await page.locator("dialog video").waitFor();
  const seen = `((video) => ({
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
    at: video.currentTime,
    audio: video.webkitAudioDecodedByteCount,
    error: video.error?.message,
  }))(document.querySelector("dialog video"))`;
  await until(run, "the clip is to play", async () => {
    const { frames, at, audio, error } = (await page.evaluate(seen)) as Record<string, any>;
    check(error === undefined, `the clip does not play: ${error}`);
    check(frames > 5 && at > 0.1 && audio > 0, `${frames} frames, at ${at} s, ${audio} bytes of sound`);
  });
}
