import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Entity } from "electrodb";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const src = join(import.meta.dirname, "../src");
const entities = readdirSync(src).filter((name) => name.endsWith(".entity.ts"));
const TABLES = ["UPLOADS_TABLE", "EVENTS_TABLE", "COLLECTIONS_TABLE"];

/** ElectroDB's own check, which `database.ts` turns off: here it cannot. */
const check: (model: unknown) => void = createRequire(import.meta.url)("electrodb/src/validations.js").model;
const prototype = Entity.prototype as unknown as { _validateModel: (model: unknown) => void };
const turnedOff = prototype._validateModel;
let checked: string[] = [];
const before = Object.fromEntries(TABLES.map((name) => [name, process.env[name]]));

beforeAll(() => {
  for (const name of TABLES) process.env[name] = "table";
  Object.defineProperty(prototype, "_validateModel", {
    configurable: true,
    get: () => (model: { model: { entity: string } }) => {
      checked.push(model.model.entity);
      return check(model);
    },
    set: () => {},
  });
  vi.resetModules();
});
afterAll(() => {
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  Object.defineProperty(prototype, "_validateModel", { configurable: true, writable: true, value: turnedOff });
  vi.resetModules();
});

describe("the tables' models", () => {
  it.each(entities)("%s is what ElectroDB takes", async (name) => {
    checked = [];
    await import(join(src, name));
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
