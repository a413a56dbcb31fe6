import type { Store } from "../store.ts";

export interface Secret {
  name: string;
  arn: string;
  value: string;
  version: number;
  modifiedMs: number;
}

/** Parameters of type SecureString. They stand in the local cloud's own file: who reads that is its operator. */
export class Secrets {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.exec(`CREATE TABLE IF NOT EXISTS ssm_secrets (
      arn TEXT PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL, version INTEGER NOT NULL, modifiedMs INTEGER NOT NULL
    )`);
  }

  get(arn: string): Secret | undefined {
    return this.#store.get<Secret>("SELECT * FROM ssm_secrets WHERE arn = ?", arn);
  }

  all(): Secret[] {
    return this.#store.all<Secret>("SELECT * FROM ssm_secrets");
  }

  put({ arn, name, value, version, modifiedMs }: Secret) {
    const sql = "INSERT OR REPLACE INTO ssm_secrets (arn, name, value, version, modifiedMs) VALUES (?, ?, ?, ?, ?)";
    this.#store.run(sql, arn, name, value, version, modifiedMs);
  }
}
