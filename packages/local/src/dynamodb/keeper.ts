import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Isolation, LOOPBACK_UP } from "./isolation.ts";

const DIALER = fileURLToPath(new URL("./dialer.mjs", import.meta.url));

/**
 * Runs the engine and waits for two things at once: its end, and the end of our side of stdin. The second comes even
 * when we are killed, so that the engine never outlives us with the database open. In a network of its own it also runs
 * the dialer, which alone keeps descriptor 3, its channel to us.
 */
const KEEPER = `umask 077
${LOOPBACK_UP}
exec 4<&0
if [ "$DIALER" ]; then
  loopback_up || exit
  "$NODE" "$DIALER" "$PID_FILE" </dev/null 4<&- & dialer=$!
  exec 3<&-
fi
"$@" </dev/null 4<&- & engine=$!
echo $engine >"$PID_FILE"
(cat <&4 >/dev/null; kill -9 $engine) 2>/dev/null & watch=$!
wait $engine; status=$?
kill $watch $dialer 2>/dev/null
exit $status`;

/** Starts the engine as its isolation has it; with a channel to the dialer where there is one. */
export function keep(isolation: Isolation, engine: string[], pidFile: string): ChildProcess {
  const apart = isolation.kind === "namespace";
  const keeper = ["/bin/sh", "-c", KEEPER, "dynoxide-keeper", ...engine];
  const [program, ...rest] = (apart ? [...isolation.command, ...keeper] : keeper) as [string, ...string[]];
  return spawn(program, rest, {
    env: {
      PATH: process.env.PATH,
      PID_FILE: pidFile,
      ...(apart && { NODE: process.execPath, DIALER }),
    },
    stdio: ["pipe", "ignore", "pipe", ...(apart ? (["ipc"] as const) : [])],
    // A group of its own: Ctrl-C reaches us first, and requests under way are answered.
    detached: true,
  });
}
