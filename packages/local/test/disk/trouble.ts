import type { Disk } from "../../src/disk/disk.ts";
import type { Store } from "../../src/store.ts";

/** A write that found no room: from here on the disk takes none, until it is checked. */
export function runOut(disk: Disk) {
  disk.blame(Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }));
}

/** Lets the database grow no further: SQLite answers as it does on a full disk. Returns what lets it grow again. */
export function freeze(store: Store): () => void {
  const { page_count } = store.get<{ page_count: number }>("PRAGMA page_count")!;
  store.exec(`PRAGMA max_page_count = ${page_count}`);
  return () => {
    store.exec("PRAGMA max_page_count = 1000000");
    store.disk.check();
  };
}
