import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { Signature } from "../src/webhook/signature.ts";

const secret = (fill: number, bytes = 24) => `whsec_${Buffer.alloc(bytes, fill).toString("base64")}`;
const message = { id: "01a226fe-26e9-773a-a23c-e52df654e72b/video/complete", body: '{"type":"Media Published","ü":1}' };

describe("a message to the webhook", () => {
  it("is verified by whoever has one of the secrets, and nobody else", () => {
    const headers = Signature.headersOf(message, Signature.secretsIn(`${secret(1)}\n ${secret(2, 64)} `), Date.now());
    for (const known of [secret(1), secret(2, 64)])
      expect(new Webhook(known).verify(message.body, headers)).toEqual(JSON.parse(message.body));
    expect(() => new Webhook(secret(3)).verify(message.body, headers)).toThrow("No matching signature");
    expect(() => new Webhook(secret(1)).verify(`${message.body} `, headers)).toThrow("No matching signature");
    expect(() => new Webhook(secret(1)).verify(message.body, { ...headers, "webhook-id": "other" })).toThrow();
  });

  it.each([
    ["", "no secret"],
    [secret(1).replace("whsec_", ""), "Secret 1 is not whsec_"],
    [`${secret(1)} ${secret(2, 23)}`, "Secret 2 is not"],
    [`${secret(1, 65)}`, "Secret 1 is not"],
    ["whsec_not-base64!", "Secret 1 is not"],
  ])("is not signed with %j", (text, sentence) => {
    expect(() => Signature.secretsIn(text)).toThrow(sentence);
    if (text) expect(() => Signature.secretsIn(text)).not.toThrow(text);
  });
});
