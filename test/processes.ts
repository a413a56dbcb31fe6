import { execFileSync } from "node:child_process";

/** The processes that have `mark` in their command line, which all that a cloud starts have of its directory. */
export function findLeft(mark: string): { pid: number; args: string }[] {
  const table = execFileSync("ps", ["-ww", "-A", "-o", "pid=,stat=,args="], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [, pid, stat, args] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    // What has ended and was not waited for is none any more.
    return args?.includes(mark) && !stat!.startsWith("Z") ? [{ pid: Number(pid), args }] : [];
  });
}
