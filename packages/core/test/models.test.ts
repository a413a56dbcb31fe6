import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Database } from "@dropclip/core/database";
import { Entity } from "electrodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { INDEXES, KEY, keyOf } from "../src/store/tables.ts";

const src = join(import.meta.dirname, "../src/store");
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

  it("use the indexes that the stacks make, and every one of them", async () => {
    const used: Record<string, Set<string>> = {};
    const modules: Record<string, unknown>[] = await Promise.all(entities.map((name) => import(join(src, name))));
    Database.connect({
      client: Database.clientOf(),
      tables: { uploads: "uploads", events: "events", collections: "collections", views: "views", webhook: "webhook" },
    });
    for (const entity of modules.flatMap((one) => Object.values(one)).filter((one) => one instanceof Entity)) {
      const { indexes } = (
        entity as unknown as {
          model: { indexes: Record<string, { index?: string; pk: { field: string }; sk: { field: string } }> };
        }
      ).model;
      const table = (entity as unknown as { getTableName(): string }).getTableName();
      for (const { index, pk, sk } of Object.values(indexes)) {
        const fields = index ? keyOf(index) : KEY;
        expect([pk.field, sk.field]).toEqual([fields.pk, fields.sk]);
        if (index) used[table] = (used[table] ?? new Set()).add(index);
      }
    }
    const sorted = (lists: Record<string, Iterable<string>>) =>
      Object.fromEntries(Object.entries(lists).map(([table, list]) => [table, [...list].sort()]));
    expect(sorted(used)).toEqual(sorted(INDEXES));
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
