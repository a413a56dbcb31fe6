import { createHash } from "node:crypto";
import type { UserPoolGroup } from "@dropclip/synth/cloud";
import type { Store } from "../store.ts";

export type UserStatus = "UNCONFIRMED" | "CONFIRMED" | "FORCE_CHANGE_PASSWORD";

/** A user of a pool; times in milliseconds since the epoch. */
export interface User {
  /** Also the user name, as in every pool whose users sign in by email. */
  sub: string;
  email: string;
  /** Without `sub`; values are text, also `email_verified`. */
  attributes: Record<string, string>;
  status: UserStatus;
  passwordHash?: string;
  /** When an administrator gave the password that is to be changed. */
  temporarySinceMs?: number;
  /** Failed sign-ins since the last good one. */
  failures?: number;
  lockedUntilMs?: number;
  /** The authenticator app that the user verified, whether sign-ins ask for it, and which code was used last. */
  softwareToken?: { secret: string; enabled: boolean; preferred?: boolean; usedStep?: number };
  /** The secret of an app that is not verified yet. */
  newSecret?: string;
  /** The code that confirms the address. */
  code?: { text: string; untilMs: number; attempts: number };
  createdMs: number;
  modifiedMs: number;
}

/** The users and group members of one pool, in the store. */
export class Users {
  readonly #store: Store;
  readonly #pool: string;
  readonly #groups: UserPoolGroup[];

  constructor(store: Store, pool: string, groups: UserPoolGroup[]) {
    this.#store = store;
    this.#pool = pool;
    this.#groups = groups.toSorted(byPrecedence);
    store.exec(`
      CREATE TABLE IF NOT EXISTS cognito_users (
        pool TEXT NOT NULL, sub TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (pool, sub)
      );
      CREATE TABLE IF NOT EXISTS cognito_members (
        pool TEXT NOT NULL, sub TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (pool, sub, name)
      );
      CREATE TABLE IF NOT EXISTS cognito_former (
        pool TEXT NOT NULL, email TEXT NOT NULL, users INTEGER NOT NULL, PRIMARY KEY (pool, email)
      );
    `);
  }

  /** By `sub` or email. */
  find(username: string): User | undefined {
    return this.#get(username) ?? this.#get(this.subOf(username));
  }

  /**
   * The id of the user with this address, existing or new: the same in every new cloud. After a deletion the next user
   * gets another id, as on AWS: nothing of the deleted user may become the new one's.
   */
  subOf(email: string): string {
    const address = normalEmail(email);
    const sql = "SELECT users FROM cognito_former WHERE pool = ? AND email = ?";
    const former = this.#store.get<{ users: number }>(sql, this.#pool, address)?.users;
    const digest = createHash("sha1")
      .update(`${this.#pool}/${address}${former ? `\0${former}` : ""}`)
      .digest()
      .subarray(0, 16);
    // A name-based UUID: version 5, variant 10.
    digest[6] = (digest[6]! & 0x0f) | 0x50;
    digest[8] = (digest[8]! & 0x3f) | 0x80;
    return digest.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  /** False when there is a user of that `sub` already. */
  add(user: User): boolean {
    const sql = "INSERT INTO cognito_users (pool, sub, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    return this.#store.run(sql, this.#pool, user.sub, JSON.stringify(user)).changes === 1;
  }

  /** Changes a user who still exists, in their current state: it may have changed since the caller read it. */
  change(sub: string, change: (user: User) => void): User | undefined {
    return this.#store.transaction(() => {
      const user = this.#get(sub);
      if (!user) return undefined;
      change(user);
      const sql = "UPDATE cognito_users SET record = ? WHERE pool = ? AND sub = ?";
      this.#store.run(sql, JSON.stringify(user), this.#pool, sub);
      return user;
    });
  }

  /** False when the user was removed already. */
  remove({ sub, email }: User): boolean {
    return this.#store.transaction(() => {
      const gone = this.#store.run("DELETE FROM cognito_users WHERE pool = ? AND sub = ?", this.#pool, sub);
      if (gone.changes === 0) return false;
      this.#store.run("DELETE FROM cognito_members WHERE pool = ? AND sub = ?", this.#pool, sub);
      const sql = `INSERT INTO cognito_former (pool, email, users) VALUES (?, ?, 1)
        ON CONFLICT (pool, email) DO UPDATE SET users = users + 1`;
      this.#store.run(sql, this.#pool, normalEmail(email));
      return true;
    });
  }

  /** In the order they were made. */
  all(): User[] {
    const rows = this.#store.all<{ record: string }>(
      "SELECT record FROM cognito_users WHERE pool = ? ORDER BY rowid",
      this.#pool,
    );
    return rows.map(({ record }) => JSON.parse(record) as User);
  }

  /** By precedence, as in `cognito:groups`. */
  groupsOf({ sub }: Pick<User, "sub">): UserPoolGroup[] {
    const rows = this.#store.all<{ name: string }>(
      "SELECT name FROM cognito_members WHERE pool = ? AND sub = ?",
      this.#pool,
      sub,
    );
    const names = new Set(rows.map(({ name }) => name));
    // A group that is no longer in the graph has no members.
    return this.#groups.filter(({ groupName }) => names.has(groupName));
  }

  members(group: string): User[] {
    const rows = this.#store.all<{ sub: string }>(
      "SELECT sub FROM cognito_members WHERE pool = ? AND name = ? ORDER BY rowid",
      this.#pool,
      group,
    );
    return rows.flatMap(({ sub }) => this.#get(sub) ?? []);
  }

  join({ sub }: User, group: string) {
    const sql = "INSERT INTO cognito_members (pool, sub, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    this.#store.run(sql, this.#pool, sub, group);
  }

  leave({ sub }: User, group: string) {
    this.#store.run("DELETE FROM cognito_members WHERE pool = ? AND sub = ? AND name = ?", this.#pool, sub, group);
  }

  #get(sub: string): User | undefined {
    const sql = "SELECT record FROM cognito_users WHERE pool = ? AND sub = ?";
    const row = this.#store.get<{ record: string }>(sql, this.#pool, sub);
    return row && (JSON.parse(row.record) as User);
  }
}

/** User names are not case-sensitive. */
export const normalEmail = (email: string) => email.trim().toLowerCase();

/** Cognito's rule for an address: text on both sides of one @. */
export const isEmail = (text: string) => text.length <= 2048 && /^[^\s@<>\p{Cc}]+@[^\s@<>\p{Cc}]+$/u.test(text);

function byPrecedence(a: UserPoolGroup, b: UserPoolGroup): number {
  const last = Number.MAX_SAFE_INTEGER;
  return (a.precedence ?? last) - (b.precedence ?? last) || (a.groupName < b.groupName ? -1 : 1);
}
