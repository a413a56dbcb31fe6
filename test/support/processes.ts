import { execFileSync } from "node:child_process";

/**
 * The processes with `mark` in their command line, as all that a cloud starts have its directory there, and the one of
 * that id.
 */
export function findLeft(mark: string, id?: number): { pid: number; args: string }[] {
  const table = execFileSync("ps", ["-ww", "-A", "-o", "pid=,stat=,args="], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [, pid, stat, args] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    // What has ended and was not waited for is none any more.
    return (args?.includes(mark) || Number(pid) === id) && !stat!.startsWith("Z")
      ? [{ pid: Number(pid), args: args! }]
      : [];
  });
}
