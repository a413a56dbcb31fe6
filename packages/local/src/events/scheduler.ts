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
      if (compiled.schedule && compiled.rule.enabled) void this.#run(compiled);
    }
  }

  stop() {
    this.#stopped.abort();
  }

  async #run(compiled: CompiledRule) {
    const { clock, store } = this.#world;
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
      store.run(sql, rule.name, rule.schedule!, due);
      if (due > clock.now()) await clock.sleep(due - clock.now(), this.#stopped.signal).catch(() => undefined);
      if (this.#stopped.signal.aborted) return;
      next = schedule?.(Math.max(due, clock.now()));
      store.transaction(() => {
        this.#fire(compiled, due);
        if (next !== undefined) store.run(sql, rule.name, rule.schedule!, next);
        else store.run("DELETE FROM events_schedules WHERE rule = ?", rule.name);
      });
    }
  }
}
