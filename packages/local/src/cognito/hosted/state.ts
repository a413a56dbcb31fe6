import type { Adapter, AdapterPayload } from "oidc-provider";
import type { World } from "../../world.ts";

/** Members of the library's records that are times, in seconds. */
const TIMES = ["iat", "exp", "iiat", "authTime", "loginTs", "consumed"] as const;
/** Access tokens are issued by the pool itself, as JWTs: what the library issues is thrown away. */
const NOT_KEPT = ["AccessToken"];

type Kept = AdapterPayload & { authTime?: number };

/**
 * What oidc-provider keeps for one pool (sessions, sign-ins under way, codes, grants, refresh tokens), in the store.
 * The library reads the machine's clock: records are kept in the cloud's time and shifted on their way in and out.
 */
export class State {
  readonly #world: World;
  readonly #pool: string;

  constructor(world: World, pool: string) {
    this.#world = world;
    this.#pool = pool;
    world.store.exec(`
      CREATE TABLE IF NOT EXISTS cognito_oidc (
        pool TEXT NOT NULL, model TEXT NOT NULL, id TEXT NOT NULL, record TEXT NOT NULL,
        grant_id TEXT, uid TEXT, sub TEXT, until INTEGER NOT NULL, PRIMARY KEY (pool, model, id)
      );
      CREATE INDEX IF NOT EXISTS cognito_oidc_grants ON cognito_oidc (pool, grant_id);
      CREATE INDEX IF NOT EXISTS cognito_oidc_subs ON cognito_oidc (pool, sub);
    `);
  }

  /** From the machine's time to the cloud's. */
  toCloud(seconds: number): number {
    return seconds + this.#aheadSeconds();
  }

  toMachine(seconds: number): number {
    return seconds - this.#aheadSeconds();
  }

  adapter(model: string): Adapter {
    const kept = !NOT_KEPT.includes(model);
    return {
      upsert: async (id, payload, seconds = 0) => {
        if (kept) this.#put(model, id, payload, seconds);
      },
      find: async (id) => this.#find(model, "id", id),
      findByUid: async (uid) => this.#find(model, "uid", uid),
      findByUserCode: async () => undefined,
      consume: (id) => this.#consume(model, id),
      destroy: async (id) => this.#delete("model = ? AND id = ?", model, id),
      revokeByGrantId: async (grantId) => this.#delete("model = ? AND grant_id = ?", model, grantId),
    };
  }

  /** Whether the sign-in can still be renewed: neither revoked nor over. */
  alive(grantId: string): boolean {
    return this.#find("Grant", "id", grantId) !== undefined;
  }

  /** Ends what a user's refresh tokens renew; `everything` also signs them out of the hosted pages. */
  revoke(sub: string, everything = false) {
    const models = ["Grant", "RefreshToken", "AuthorizationCode", ...(everything ? ["Session", "Interaction"] : [])];
    for (const model of models) this.#delete("model = ? AND sub = ?", model, sub);
  }

  sweep() {
    this.#delete("until <= ?", this.#world.clock.now());
  }

  #put(model: string, id: string, payload: AdapterPayload, seconds: number) {
    const record = shift(payload, this.#aheadSeconds());
    this.#world.store.run(
      `INSERT INTO cognito_oidc (pool, model, id, record, grant_id, uid, sub, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (pool, model, id) DO UPDATE SET
         record = excluded.record, grant_id = excluded.grant_id, uid = excluded.uid, sub = excluded.sub, until = excluded.until`,
      this.#pool,
      model,
      id,
      JSON.stringify(record),
      payload.grantId ?? null,
      payload.uid ?? null,
      payload.accountId ?? null,
      this.#world.clock.now() + seconds * 1000,
    );
  }

  #find(model: string, column: "id" | "uid", value: string): AdapterPayload | undefined {
    const row = this.#world.store.get<{ record: string }>(
      `SELECT record FROM cognito_oidc WHERE pool = ? AND model = ? AND ${column} = ? AND until > ?`,
      this.#pool,
      model,
      value,
      this.#world.clock.now(),
    );
    return row && shift(JSON.parse(row.record), -this.#aheadSeconds());
  }

  /** The library looks before it marks: of two who looked at the same time, the second fails here. */
  async #consume(model: string, id: string) {
    const marked = this.#world.store.run(
      `UPDATE cognito_oidc SET record = json_set(record, '$.consumed', ?)
       WHERE pool = ? AND model = ? AND id = ? AND json_extract(record, '$.consumed') IS NULL`,
      Math.floor(this.#world.clock.now() / 1000),
      this.#pool,
      model,
      id,
    );
    if (marked.changes === 1) return;
    const { errors } = await import("oidc-provider");
    throw new errors.InvalidGrant(`${model} already consumed`);
  }

  #delete(condition: string, ...values: (string | number)[]) {
    this.#world.store.run(`DELETE FROM cognito_oidc WHERE pool = ? AND ${condition}`, this.#pool, ...values);
  }

  #aheadSeconds(): number {
    return Math.floor(this.#world.clock.now() / 1000) - Math.floor(Date.now() / 1000);
  }
}

function shift(record: Kept, seconds: number): Kept {
  if (seconds === 0) return record;
  const times = TIMES.filter((name) => typeof record[name] === "number");
  return { ...record, ...Object.fromEntries(times.map((name) => [name, (record[name] as number) + seconds])) };
}
