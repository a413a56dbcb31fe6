import { BlockList, isIP } from "node:net";

/** Compiles `10.0.0.0/24` or `2001:db8::/32` to a test of addresses. Throws a reason when it is malformed. */
export function cidr(range: unknown): (value: string) => boolean {
  const [address = "", bits, ...rest] = String(range).split("/");
  const version = isIP(address);
  if (typeof range !== "string" || bits === undefined || rest.length > 0)
    throw new Error("Malformed CIDR, one '/' required");
  if (version === 0) throw new Error("Malformed CIDR, first part must be a valid IP address");
  if (!/^\d{1,3}$/.test(bits)) throw new Error("Malformed CIDR, mask bits must be an integer");
  if (Number(bits) > (version === 4 ? 32 : 128))
    throw new Error("Malformed CIDR, mask bits must not be larger than the address");
  const list = new BlockList();
  list.addSubnet(address, Number(bits), version === 4 ? "ipv4" : "ipv6");
  return (value) => isIP(value) === version && list.check(value, version === 4 ? "ipv4" : "ipv6");
}
