import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StorageError } from "../../src/disk/fault.ts";
import { Store } from "../../src/store.ts";
import { cannotMount, SmallDisk } from "./tmpfs.ts";

const LARGE = "x".repeat(200_000);

describe.skipIf(cannotMount)(`the store on a disk without a byte left${cannotMount}`, () => {
  let small: SmallDisk;
  let store: Store;
  beforeEach(() => {
    small = new SmallDisk(8);
    store = new Store(`${small.directory}/cloud.db`);
    store.exec("CREATE TABLE items (id INTEGER PRIMARY KEY, text TEXT)");
    store.run("INSERT INTO items (text) VALUES ('first')");
    small.fill();
  });
  afterEach(() => {
    store.close();
    small.unmount();
  });

  const insert = () => store.run("INSERT INTO items (text) VALUES (?)", LARGE);
  const count = () => store.get<{ n: number }>("SELECT count(*) AS n FROM items")!.n;
  const cause = /cannot be written \(database or disk is full\)/;

  it("says why a transaction failed, not that it could not be rolled back, and keeps nothing of it", () => {
    const hooks: string[] = [];
    const work = () => {
      store.afterCommit(() => hooks.push("committed"));
      for (let times = 0; times < 50; times++) insert();
    };
    expect(() => store.transaction(work)).toThrow(StorageError);
    expect(() => store.transaction(work)).toThrow(cause);
    expect(count()).toBe(1);
    expect(hooks).toEqual([]);
  });

  it("lets nothing of a broken transaction through as single writes, whatever its work makes of the error", () => {
    const work = () => {
      try {
        for (let times = 0; times < 50; times++) insert();
      } catch {
        small.empty();
      }
      store.run("INSERT INTO items (text) VALUES ('on its own')");
    };
    expect(() => store.transaction(work)).toThrow(cause);
    expect(count()).toBe(1);
  });

  it("goes on when there is room, without being opened again", () => {
    expect(() => insert()).toThrow(cause);
    expect(store.disk.look()).toMatch(cause);
    small.empty();
    store.disk.check();
    store.transaction(insert);
    expect(count()).toBe(2);
  });
});
