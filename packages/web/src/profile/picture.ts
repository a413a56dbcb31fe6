import { call } from "../api/call.ts";
import type { Me } from "../api/types.ts";

const ASK_MS = 1000;
const ASKED = 60;
type Looked = NonNullable<Me["pictureUpload"]>;

/** Sends a profile picture, and waits until it was looked at. */
export async function sendPicture(file: File, onSent: () => void): Promise<Looked> {
  const { url, fields, version } = await call("post", "/me/picture", { body: { name: file.name, bytes: file.size } });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", file);
  const answer = await fetch(url, { method: "POST", body: form });
  if (!answer.ok) throw new TypeError(`The picture was answered ${answer.status}.`);
  onSent();
  for (let asked = 0; asked < ASKED; asked++) {
    const { pictureUpload } = await call("get", "/me", {});
    if (pictureUpload?.version === version && pictureUpload.status !== "pending") return pictureUpload;
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
  throw new TypeError("The picture was not looked at in time.");
}
