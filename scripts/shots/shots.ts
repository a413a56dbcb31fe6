import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import sharp from "sharp";
import { openBrowser } from "../../test/pages/browser.ts";
import { generate, ROOT, testCloud } from "../../test/support/cloud.ts";
import { photo, poster } from "./scenes.ts";

/** `npm run shots`: makes the pictures of the pages that the README shows, on a cloud of its own. */

const OUT = join(ROOT, "docs/shots");
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true } as const;
const DESK = { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1 } as const;
/** Width and height of what fans send: upright, wide and square, as phones take them. */
const SIZES = [
  [1200, 1600],
  [1600, 1200],
  [1200, 1200],
  [1080, 1920],
  [1600, 900],
  [1200, 1500],
  [1600, 1067],
  [1200, 1600],
] as const;

/** Waits until everything that was sent is published. */
async function complete(uploadId: string) {
  for (;;) {
    const { status } = (await cloud.call("GET", `/uploads/${uploadId}`)).body;
    if (status === "complete") return;
    if (status !== "pending" && status !== "processing") throw new Error(`the upload ended as ${status}`);
    await setTimeout(200);
  }
}

const folder = mkdtempSync(join(tmpdir(), "dropclip-shots-"));
const cloud = await testCloud();
const browser = await openBrowser(cloud);
try {
  const creative = await cloud.as("creative");
  await creative("PATCH", "/me", { displayName: "The Night Shift" });
  const startsAt = new Date(Date.now() - 3_600_000).toISOString();
  const { eventId } = (
    await creative("POST", "/events", { title: "Rooftop Sessions", venue: "Kater, Berlin", startsAt })
  ).body;
  const flyer = await poster("Rooftop Sessions", "The Night Shift · Kater");
  const form = (await creative("POST", `/events/${eventId}/flyer`, { name: "flyer.jpg", bytes: flyer.length })).body;
  const body = new FormData();
  for (const [name, value] of Object.entries<string>(form.fields)) body.append(name, value);
  body.append("file", new Blob([new Uint8Array(flyer)]), "flyer.jpg");
  await fetch(form.url, { method: "POST", body });

  const files: string[] = [];
  for (const [index, [width, height]] of SIZES.entries()) {
    const file = join(folder, `IMG_${4021 + index}.jpg`);
    writeFileSync(file, await photo(width, height, index + 1));
    files.push(file);
  }
  const still = join(folder, "still.jpg");
  writeFileSync(still, await photo(1080, 1920, 2));
  const clip = await generate(
    join(folder, "VID_4040.mp4"),
    ...["-loop", "1", "-i", still, "-f", "lavfi", "-i", "sine=frequency=110", "-t", "8"],
    ...["-vf", "zoompan=z='1+0.02*sin(on/9)':d=1:s=1080x1920:fps=30", "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"],
  );
  const sent = await cloud.send([clip, ...files], { eventId });
  await complete(sent.uploadId);

  mkdirSync(OUT, { recursive: true });
  for (const [size, options] of Object.entries({ phone: PHONE, desk: DESK }))
    for (const colorScheme of ["light", "dark"] as const) {
      const visitor = await browser.visitor({ ...options, colorScheme });
      const { page } = visitor;
      const save = async (name: string) => {
        const png = sharp(await page.screenshot()).png({ palette: true, quality: 90, compressionLevel: 9 });
        await png.toFile(join(OUT, `${name}-${size}-${colorScheme}.png`));
      };
      await visitor.visit(`/e/${eventId}`);
      await page.locator("a img").nth(4).waitFor();
      await page.waitForLoadState("networkidle");
      await save("event");
      await visitor.visit(`/e/${eventId}/${sent.uploadId}/video`);
      await page.locator("dialog video").waitFor();
      await page.waitForTimeout(1500);
      await save("viewer");
      await visitor.visit(`/e/${eventId}/send`);
      await page.locator(".picker").waitFor();
      await page
        .locator("input[type=file]")
        .first()
        .setInputFiles([clip, ...files.slice(0, 3)]);
      await page.locator(".file").nth(3).waitFor();
      await page.waitForLoadState("networkidle");
      await save("send");
      await visitor.leave();
    }
  console.log(`the pictures are in ${OUT}`);
} finally {
  await browser.close();
  await cloud.dispose();
  rmSync(folder, { recursive: true });
}
