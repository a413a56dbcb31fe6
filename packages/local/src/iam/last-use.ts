/** When roles asked for what last, whether they were let or not, as IAM's reports on last access have it. */
export class LastUse {
  readonly #roles = new Map<string, Map<string, number>>();

  /** `action` in small letters. */
  note(roleArn: string, action: string, atMs: number) {
    let actions = this.#roles.get(roleArn);
    if (!actions) {
      actions = new Map();
      this.#roles.set(roleArn, actions);
    }
    actions.set(action, atMs);
  }

  /** What the role asked for, each action once, the latest last. */
  of(roleArn: string): { action: string; atMs: number }[] {
    const actions = [...(this.#roles.get(roleArn) ?? [])].map(([action, atMs]) => ({ action, atMs }));
    return actions.sort((a, b) => a.atMs - b.atMs);
  }
}
