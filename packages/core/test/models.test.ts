import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Entity } from "electrodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const src = join(import.meta.dirname, "../src");
const entities = readdirSync(src).filter((name) => name.endsWith(".entity.ts"));

/** ElectroDB's own check, which `database.ts` turns off: here it cannot. */
const check: (model: unknown) => void = createRequire(import.meta.url)("electrodb/src/validations.js").model;
const prototype = Entity.prototype as unknown as { _validateModel: (model: unknown) => void };
const turnedOff = prototype._validateModel;
let checked: string[] = [];

beforeAll(() => {
  Object.defineProperty(prototype, "_validateModel", {
    configurable: true,
    get: () => (model: { model: { entity: string } }) => {
      checked.push(model.model.entity);
      return check(model);
    },
    set: () => {},
  });
});
afterAll(() => {
  Object.defineProperty(prototype, "_validateModel", { configurable: true, writable: true, value: turnedOff });
});

describe("the tables' models", () => {
  it.each(entities)("%s is what ElectroDB takes", async (name) => {
    checked = [];
    // Another module than the one other tests have loaded: it is made, and looked at, here.
    await import(`${join(src, name)}?checked`);
    expect(checked.length).toBeGreaterThan(0);
  });

  it("would be refused if one were not", () => {
    const wrong = {
      model: { entity: "x", service: "y", version: "1" },
      attributes: { a: { type: "none" } },
      indexes: {},
    };
    expect(() => new Entity(wrong as never)).toThrow(/instance.indexes/);
  });
});
