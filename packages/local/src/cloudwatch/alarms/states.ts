import type { MetricAlarm } from "@dropclip/synth/cloud";
import type { Store } from "../../store.ts";
import type { AlarmState } from "./decide.ts";

/** How an alarm stands. */
export interface Standing {
  state: AlarmState;
  reason: string;
  /** JSON text; empty where there is none. */
  reasonData: string;
  updatedMs: number;
  /** Since when it is in this state. */
  transitionedMs: number;
}

export interface HistoryItem {
  alarm: string;
  region: string;
  atMs: number;
  type: "StateUpdate" | "Action";
  summary: string;
  /** JSON text. */
  data: string;
}

const INITIAL = "Unchecked: Initial alarm creation";
/** "CloudWatch preserves alarm history for two weeks." */
const HISTORY_MS = 14 * 24 * 60 * 60 * 1000;

/** The alarms' states and their history, in the store. */
export class AlarmStates {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.exec(`CREATE TABLE IF NOT EXISTS cloudwatch_alarms (
      arn TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL, reason_data TEXT NOT NULL,
      updated_ms INTEGER NOT NULL, transitioned_ms INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS cloudwatch_history (
      id INTEGER PRIMARY KEY, alarm TEXT NOT NULL, region TEXT NOT NULL, at_ms INTEGER NOT NULL, type TEXT NOT NULL,
      summary TEXT NOT NULL, data TEXT NOT NULL) STRICT;
      CREATE INDEX IF NOT EXISTS cloudwatch_history_by_time ON cloudwatch_history (region, at_ms)`);
  }

  /** Alarms that are new begin without data. */
  begin(alarms: MetricAlarm[], nowMs: number) {
    const sql = `INSERT INTO cloudwatch_alarms (arn, state, reason, reason_data, updated_ms, transitioned_ms)
      VALUES (?, 'INSUFFICIENT_DATA', ?, '', ?, ?) ON CONFLICT DO NOTHING`;
    this.#store.transaction(() => {
      for (const { arn } of alarms) this.#store.run(sql, arn, INITIAL, nowMs, nowMs);
    });
  }

  of({ arn }: MetricAlarm): Standing {
    const sql = `SELECT state, reason, reason_data AS reasonData, updated_ms AS updatedMs,
      transitioned_ms AS transitionedMs FROM cloudwatch_alarms WHERE arn = ?`;
    return this.#store.get<Standing>(sql, arn)!;
  }

  set({ arn }: MetricAlarm, { state, reason, reasonData, updatedMs, transitionedMs }: Standing) {
    const sql = `UPDATE cloudwatch_alarms SET state = ?, reason = ?, reason_data = ?, updated_ms = ?, transitioned_ms = ?
      WHERE arn = ?`;
    this.#store.run(sql, state, reason, reasonData, updatedMs, transitionedMs, arn);
  }

  remember({ alarm, region, atMs, type, summary, data }: HistoryItem) {
    const sql = "INSERT INTO cloudwatch_history (alarm, region, at_ms, type, summary, data) VALUES (?, ?, ?, ?, ?, ?)";
    this.#store.run(sql, alarm, region, atMs, type, summary, data);
  }

  /** Newest first. */
  history(region: string): HistoryItem[] {
    const sql = `SELECT alarm, region, at_ms AS atMs, type, summary, data FROM cloudwatch_history
      WHERE region = ? ORDER BY id DESC`;
    return this.#store.all<HistoryItem>(sql, region);
  }

  sweep(nowMs: number) {
    this.#store.run("DELETE FROM cloudwatch_history WHERE at_ms < ?", nowMs - HISTORY_MS);
  }
}
