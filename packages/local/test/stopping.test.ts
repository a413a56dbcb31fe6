import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Stopping } from "../src/stopping.ts";
import { Store } from "../src/store.ts";

describe("a frozen store", () => {
  const frozen = () => {
    const store = new Store(":memory:");
    store.exec("CREATE TABLE notes (text TEXT)");
    store.run("INSERT INTO notes VALUES ('before')");
    store.freeze();
    return store;
  };

  it.each<[string, (store: Store) => unknown]>([
    ["a statement", (store) => store.run("INSERT INTO notes VALUES ('after')")],
    ["a transaction", (store) => store.transaction(() => store.run("INSERT INTO notes VALUES ('after')"))],
    ["SQL text", (store) => store.exec("DELETE FROM notes")],
    ["a query that writes", (store) => store.get("INSERT INTO notes VALUES ('after') RETURNING text")],
  ])("refuses %s and keeps what it has", (_, write) => {
    const store = frozen();
    expect(() => write(store)).toThrow(/the local cloud stops|readonly/);
    expect(store.all("SELECT text FROM notes")).toEqual([{ text: "before" }]);
  });

  it("tells who waits", () => {
    const store = new Store(":memory:");
    expect(store.frozen.aborted).toBe(false);
    store.freeze();
    expect(store.frozen.aborted).toBe(true);
  });
});

describe("stopping", () => {
  function parts() {
    const happened: string[] = [];
    const stopping = new Stopping(() => happened.push("unlocked"));
    stopping.first(() => happened.push("frozen"));
    stopping.together(async () => {
      happened.push("functions killed");
      await setImmediate();
      happened.push("functions gone");
    });
    stopping.together(() => happened.push("gate closed"));
    stopping.afterwards(() => happened.push("store closed"));
    stopping.afterwards(() => happened.push("engine ended"));
    return { happened, stopping };
  }

  it("freezes, breaks off everything in one turn, and then ends what that stood on in reverse", async () => {
    const { happened, stopping } = parts();
    const stopped = stopping.stop();
    expect(stopping.begun).toBe(true);
    expect(happened).toEqual(["frozen", "functions killed", "gate closed"]);
    await stopped;
    expect(happened.slice(3)).toEqual(["functions gone", "engine ended", "store closed", "unlocked"]);
  });

  it("happens once, and is over for everybody at the same time", async () => {
    const { happened, stopping } = parts();
    void stopping.stop();
    await stopping.stop();
    expect(happened.filter((what) => what === "unlocked")).toHaveLength(1);
    expect(happened.at(-1)).toBe("unlocked");
  });

  it("ends the others when one cannot be ended, and says so", async () => {
    const { happened, stopping } = parts();
    stopping.together(() => {
      throw new Error("stuck");
    });
    await expect(stopping.stop()).rejects.toThrow("stuck");
    expect(happened.at(-1)).toBe("unlocked");
  });
});
