/**
 * Preloaded into every execution environment and its worker threads: no connection leaves this machine. Whatever a
 * handler's code, a wrong endpoint or a forgotten variable asks for, real AWS is never called by accident.
 */
import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { isLoopback, isLoopbackName, refusal } from "./loopback.ts";

type Callback = (error: Error | null, ...values: unknown[]) => void;
type Patchable = Record<string, (...values: any[]) => unknown>;

const LOOPBACK = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

/** Answers a loopback name itself: `bucket.localhost` is not known to every resolver, and none may say otherwise. */
function lookup(_host: string, options: any, callback?: Callback) {
  const done = (callback ?? options) as Callback;
  const wanted = typeof options === "number" ? options : Number(options?.family) || 0;
  const found = LOOPBACK.filter(({ family }) => !wanted || family === wanted);
  process.nextTick(() => {
    if (options?.all) done(null, found);
    else done(null, found[0]!.address, found[0]!.family);
  });
}

/** What `connect` may do instead: the same for a loopback address, a failing look-up for everything else. */
function checked(args: any[]): any[] {
  // net.connect hands over its arguments already normalised, as one marked array.
  const normalised = Array.isArray(args[0]);
  const [first, second, ...rest] = normalised ? args[0] : args;
  const options = typeof first === "object" && first !== null ? first : asOptions(first, second);
  // Agents pass a path of null for what is no socket of the file system.
  const host = options.path ? `unix socket ${options.path}` : String(options.host ?? "localhost");
  const allowed = !options.path && isLoopback(host);
  if (allowed && net.isIP(host)) return args;
  const safe = {
    ...options,
    path: undefined,
    host: "localhost",
    port: options.port ?? 0,
    lookup: allowed ? lookup : refusing(host),
  };
  if (normalised) {
    args[0][0] = safe;
    return args;
  }
  return [safe, ...[second, ...rest].filter((value) => typeof value === "function")];
}

/** The forms `(path)`, `(port)` and `(port, host)`. */
function asOptions(first: unknown, second: unknown): { path?: string; port?: unknown; host?: string } {
  if (typeof first === "string" && Number.isNaN(Number(first))) return { path: first };
  return { port: first, host: typeof second === "string" ? second : "localhost" };
}

/** Fails as a look-up does, so that every client reports it where it reports failed connections. */
function refusing(host: string) {
  return (_host: string, options: any, callback?: Callback) => {
    process.nextTick((callback ?? options) as Callback, refusal(host));
  };
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (this: net.Socket, ...args: any[]) {
  return Reflect.apply(connect, this, checked(args));
} as typeof connect;

/** Refuses every name that is not loopback, by callback or by promise as the original answers. */
function guardNames(target: Patchable, promises: boolean) {
  for (const name of Object.getOwnPropertyNames(target)) {
    if (!/^(lookup|lookupService|reverse|resolve.*)$/.test(name) || typeof target[name] !== "function") continue;
    const original = target[name];
    target[name] = function (this: unknown, host: unknown, ...rest: any[]) {
      const callback = rest.at(-1);
      if (isLoopback(String(host))) {
        if (name !== "lookup" || !isLoopbackName(String(host))) return original.call(this, host, ...rest);
        if (!promises) return lookup(String(host), rest[0], typeof rest[1] === "function" ? rest[1] : undefined);
        return new Promise((resolve) =>
          lookup(String(host), rest[0] ?? {}, (_error, address, family) =>
            resolve(Array.isArray(address) ? address : { address, family }),
          ),
        );
      }
      if (promises) return Promise.reject(refusal(String(host)));
      process.nextTick(callback, refusal(String(host)));
      return undefined;
    };
  }
}

guardNames(dns as unknown as Patchable, false);
guardNames(dns.promises as unknown as Patchable, true);
guardNames(dns.Resolver.prototype as unknown as Patchable, false);
guardNames(dns.promises.Resolver.prototype as unknown as Patchable, true);

const datagram = dgram.Socket.prototype as unknown as Patchable;
for (const name of ["send", "connect"]) {
  const original = datagram[name]!;
  datagram[name] = function (this: dgram.Socket, ...args: any[]) {
    // The first argument is the message or the port; a text after it can only be the address.
    const address = args.slice(1).find((value) => typeof value === "string");
    if (address !== undefined && !isLoopback(address)) throw refusal(address);
    return original.apply(this, args);
  };
}

syncBuiltinESMExports();
