import { isIP } from "node:net";

/** Whether a name can only mean this machine (RFC 6761: `localhost` and everything below it). */
export function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return name === "localhost" || name.endsWith(".localhost");
}

/** Whether a host, as an address or a name, is this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (isIP(bare) === 4) return bare.startsWith("127.");
  if (isIP(bare) === 6) return /^(::1|(0{1,4}:){7}0{0,3}1|::ffff:127\.[\d.]+)$/.test(bare);
  return isLoopbackName(host);
}

/** The error of a connection that would leave the machine. Not a code that SDKs retry. */
export function refusal(host: string): Error {
  return Object.assign(
    new Error(`${host} is not on this machine: in the local cloud a function may connect to loopback addresses only`),
    { name: "NetworkRefused", code: "ERR_NOT_LOOPBACK", hostname: host },
  );
}
