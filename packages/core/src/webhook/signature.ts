export * as Signature from "./signature.ts";

import { createHmac } from "node:crypto";

/** A secret as Standard Webhooks writes it: 24 to 64 bytes in base64. */
const SECRET = /^whsec_([A-Za-z0-9+/]{32,86}={0,2})$/;
const BYTES = { least: 24, most: 64 };

/**
 * The secrets of a text, with spaces or line ends between them: several while they are changed over. Throws when there
 * is none, or one that receivers could not use; the text itself is not repeated.
 */
export function secretsIn(text: string): Buffer[] {
  const secrets = text.split(/\s+/).filter((one) => one !== "");
  if (secrets.length === 0) throw new Error("There is no secret to sign with.");
  return secrets.map((secret, at) => {
    const key = Buffer.from(SECRET.exec(secret)?.[1] ?? "", "base64");
    if (key.length < BYTES.least || key.length > BYTES.most)
      throw new Error(`Secret ${at + 1} is not whsec_ and ${BYTES.least} to ${BYTES.most} bytes in base64.`);
    return key;
  });
}

/** The headers by which a receiver knows who sent the body, and when: one signature for each secret. */
export function headersOf({ id, body }: { id: string; body: string }, secrets: Buffer[], nowMs: number) {
  const timestamp = String(Math.floor(nowMs / 1000));
  const sign = (key: Buffer) => `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": secrets.map(sign).join(" "),
  };
}
