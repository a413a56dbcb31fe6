import { Reference } from "@dropclip/synth/authorization/reference";

/** An action on a resource, as AWS's service authorization reference has it: what its requests can be told apart by. */
export class AskedAction {
  readonly #action: Reference.Action | undefined;
  readonly #service: string;
  /** In small letters. */
  readonly name: string;
  /** As policies see it: an action that AWS lists no resource types for is about `*`, whatever its service says. */
  readonly resource: string;

  constructor(action: string, resource: string) {
    this.#action = Reference.find(action);
    this.#service = action.split(":")[0]!.toLowerCase();
    this.name = action.toLowerCase();
    this.resource = this.#action?.resourceTypes.length === 0 ? "*" : resource;
  }

  /**
   * Whether its requests have the condition key: a global one, or one AWS lists for the action or the resource's type.
   */
  lists(key: string): boolean {
    return Reference.lists(this.#action, key, this.resource);
  }

  /** Whether the key holds a list even where it has one member: without a set operator no condition on it matches. */
  isList(key: string): boolean {
    return Reference.isList(key, this.#service);
  }
}
