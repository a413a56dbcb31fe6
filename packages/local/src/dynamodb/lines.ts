import type { ChildProcess } from "node:child_process";
import { Agent, type ClientRequestArgs } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Asks the dialer for a connection. */
export interface Wanted {
  id: number;
  host: string;
  port: number;
}

/** Comes with the connection, or tells why there is none. */
export interface Dialled {
  id: number;
  error?: string;
}

type Callback = (error: Error | null, socket: Duplex) => void;

/** Connections are reused: a request costs no handshake. */
export const KEEP_ALIVE = { keepAlive: true, maxSockets: 64 };

/** Reaches an engine in another network: a process that runs in there opens each connection and hands it over. */
export class Lines extends Agent {
  readonly #waiting = new Map<number, Callback>();
  #keeper: ChildProcess | undefined;
  #next = 0;

  constructor() {
    super(KEEP_ALIVE);
  }

  /** Connections are opened from now on by the process that this one, the keeper, has given its channel to. */
  use(keeper: ChildProcess) {
    this.#keeper = keeper;
    keeper.on("message", (message: Dialled, socket?: Socket) => this.#take(message, socket));
    // Should just one end of the pair be killed, the other goes with it.
    keeper.once("exit", () => keeper.connected && keeper.disconnect());
    keeper.once("disconnect", () => {
      keeper.stdin?.destroy();
      if (this.#keeper === keeper) this.#failAll(new Error("the engine has ended"));
    });
  }

  override createConnection({ host, port }: ClientRequestArgs, callback?: Callback): undefined {
    if (!callback) throw new Error("a connection is handed over later");
    const id = this.#next++;
    this.#waiting.set(id, callback);
    const fail = (error: Error) => this.#take({ id, error: error.message });
    if (!this.#keeper) return void setImmediate(fail, new Error("the engine is not running"));
    this.#keeper.send({ id, host: String(host), port: Number(port) } satisfies Wanted, (error) => error && fail(error));
  }

  #take({ id, error }: Dialled, socket?: Socket) {
    const callback = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (!callback) return void socket?.destroy();
    if (socket) return callback(null, socket.setNoDelay(true));
    // Agents look at the socket only where there is no error.
    callback(new Error(error ?? "the connection was lost on its way"), undefined as unknown as Duplex);
  }

  #failAll({ message }: Error) {
    for (const id of [...this.#waiting.keys()]) this.#take({ id, error: message });
  }
}
