import { record } from "../disk/record.ts";
import type { World } from "../world.ts";
import type { CompiledRule } from "./rules.ts";

/** Fires scheduled rules. What came due while the local cloud was not running fires once at the next start. */
export class Scheduler {
  readonly #world: World;
  readonly #fire: (rule: CompiledRule, atMs: number) => void;
  readonly #stopped = new AbortController();

  constructor(world: World, fire: (rule: CompiledRule, atMs: number) => void) {
    this.#world = world;
    this.#fire = fire;
    world.store.exec(`CREATE TABLE IF NOT EXISTS events_schedules (
      rule TEXT PRIMARY KEY, expression TEXT NOT NULL, next_ms INTEGER NOT NULL) STRICT`);
  }

  start(rules: CompiledRule[]) {
    for (const compiled of rules) {
      if (!compiled.schedule || !compiled.rule.enabled) continue;
      this.#run(compiled).catch((error: Error) => {
        if (this.#stopped.signal.aborted) return;
        const message = `the schedule of ${compiled.rule.name} stands still: ${error.message}`;
        this.#world.log({ service: "events", level: "error", message });
      });
    }
  }

  stop() {
    this.#stopped.abort();
  }

  async #run(compiled: CompiledRule) {
    const { clock, store } = this.#world;
    const { signal } = this.#stopped;
    const { rule, schedule } = compiled;
    const stored = store.get<{ next_ms: number; expression: string }>(
      "SELECT * FROM events_schedules WHERE rule = ?",
      rule.name,
    );
    let next = stored?.expression === rule.schedule ? stored?.next_ms : schedule?.(clock.now());
    const sql =
      "INSERT INTO events_schedules (rule, expression, next_ms) VALUES (?, ?, ?) ON CONFLICT (rule) DO UPDATE SET expression = excluded.expression, next_ms = excluded.next_ms";
    while (next !== undefined) {
      const due = next;
      await record(store.disk, () => store.run(sql, rule.name, rule.schedule!, due), signal);
      if (due > clock.now()) await clock.sleep(due - clock.now(), signal).catch(() => undefined);
      if (signal.aborted) return;
      const fire = () =>
        store.transaction(() => {
          const following = schedule?.(Math.max(due, clock.now()));
          this.#fire(compiled, due);
          if (following !== undefined) store.run(sql, rule.name, rule.schedule!, following);
          else store.run("DELETE FROM events_schedules WHERE rule = ?", rule.name);
          return following;
        });
      next = await record(store.disk, fire, signal);
    }
  }
}
