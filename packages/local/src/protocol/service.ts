import type { AwsError, Call, Service } from "../world.ts";

/** One operation of a service's API. `State` is what all operations of the service work on. */
export type Operation<State, Input, Output> = (service: State, input: Input, call: Call) => Output | Promise<Output>;

/** How clients speak to a service: how a call names its operation, and how inputs, outputs and errors are written. */
export interface Protocol<Input, Output> {
  readonly name: Service["protocol"];
  /** Takes a call apart. `input` throws an `AwsError` where the call cannot be read. */
  request(call: Call): { operation: string; input(): Input };
  /** The error for an operation that is not in the service's table. */
  unknown(operation: string): AwsError;
  answer(call: Call, output: Output, operation: string): Promise<void> | void;
  fail(call: Call, error: AwsError): void;
}

export interface ServiceTable<State, Input, Output> {
  /** As credential scopes have it. */
  name: string;
  protocol: Protocol<Input, Output>;
  /** By the name that AWS's API reference gives them. */
  operations: Record<string, Operation<State, Input, Output>>;
}

/** A service behind the gate: the table's operations, run on `state`. */
export function serve<State, Input, Output>(table: ServiceTable<State, Input, Output>, state: State): Service {
  const { name, protocol, operations } = table;
  return {
    name,
    protocol: protocol.name,
    async handle(call) {
      const { operation, input } = protocol.request(call);
      if (!Object.hasOwn(operations, operation)) throw protocol.unknown(operation);
      const output = await operations[operation]!(state, input(), call);
      // The client may have gone while the operation waited.
      if (!call.response.destroyed) await protocol.answer(call, output, operation);
    },
    fail: (call, error) => protocol.fail(call, error),
  };
}
