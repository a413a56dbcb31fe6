import { scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashPassword, matches } from "../../src/cognito/passwords.ts";

describe("a password's hash", () => {
  it("matches that password alone, however its letters are composed, and is another each time", async () => {
    const [one, two] = await Promise.all([hashPassword("Grüße-2026"), hashPassword("Grüße-2026")]);
    expect(one).not.toBe(two);
    expect(await matches("Gru\u0308ße-2026", one)).toBe(true);
    expect(await matches("grüße-2026", one)).toBe(false);
    for (const none of [undefined, "", "scrypt-2048-8-8"]) expect(await matches("", none)).toBe(false);
  });
  it("matches where an earlier version made it", async () => {
    const salt = Buffer.from("salt of sixteen.");
    const earlier = ["scrypt", salt.toString("base64"), scryptSync("Secret-1", salt, 32).toString("base64")].join(":");
    expect(await matches("Secret-1", earlier)).toBe(true);
    expect(await matches("Secret-2", earlier)).toBe(false);
  });
});
