import cliProgress, { type MultiBar, type Params, type SingleBar } from "cli-progress";
import type { Context } from "../context.ts";
import { bytesText, clean, durationText, shorten } from "../format.ts";
import { Meter } from "./meter.ts";
import type { FileProgress, Progress } from "./progress.ts";
import type { Screen } from "./screen.ts";

const WIDEST_NAME = 24;
const WIDEST_BAR = 24;
const NARROWEST_BAR = 8;
/** "processing" and "123.4 MB of 123.4 MB  12.3 MB/s  12 min 34 s left" must fit where there is room. */
const PHASE_WIDTH = 10;
const NOTE_WIDTH = 42;

interface Payload {
  name: string;
  phase: string;
  note: string;
}

/** One bar per file: it fills while the file is sent, then again while the pipeline works. */
export class Bars implements Progress {
  readonly #screen: Screen;
  readonly #clock: Context["clock"];
  readonly #bars: MultiBar;

  constructor(screen: Screen, clock: Context["clock"]) {
    this.#screen = screen;
    this.#clock = clock;
    this.#bars = new cliProgress.MultiBar({
      stream: screen.output,
      format: (_options, params, payload) => row(params, payload, screen.output.columns ?? 80),
      // The command handles signals itself: the library would restore the cursor and let the command run on.
      gracefulExit: false,
      // A logged line has overwritten the first bar.
      forceRedraw: true,
    });
    screen.attach(this.#bars);
  }

  file(name: string, bytes: number): FileProgress {
    const bar = this.#bars.create(bytes, 0, { name: clean(name), phase: "waiting", note: bytesText(bytes) } as Payload);
    const meter = new Meter(this.#clock);
    let sent = 0;
    const show = () => {
      const speed = meter.bytesPerSecond();
      const rest = speed > 0 ? `  ${bytesText(speed)}/s  ${durationText(((bytes - sent) / speed) * 1000)} left` : "";
      bar.update(sent, { phase: "sending", note: `${bytesText(sent)} of ${bytesText(bytes)}${rest}` });
    };
    return {
      resume: (there) => {
        sent = there;
        show();
      },
      add: (more) => {
        sent += more;
        meter.add(more);
        show();
      },
      sent: () => end(bar, "sent", bytesText(bytes)),
      processing: (percent) => {
        bar.setTotal(100);
        bar.update(percent ?? 0, {
          phase: "processing",
          note: percent === undefined ? "" : `${Math.floor(percent)} %`,
        });
      },
      ended: (status) => end(bar, status, ""),
    };
  }

  stop() {
    // Lines that are not shown yet would be lost with the bars.
    this.#bars.update();
    this.#bars.stop();
    this.#screen.attach(undefined);
  }
}

function end(bar: SingleBar, phase: string, note: string) {
  bar.update(bar.getTotal(), { phase, note });
}

function row({ progress }: Params, { name, phase, note }: Payload, columns: number): string {
  const nameWidth = Math.min(WIDEST_NAME, Math.floor(columns / 5));
  const room = columns - nameWidth - PHASE_WIDTH - NOTE_WIDTH - 4;
  const barWidth = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, room));
  const full = Math.round(progress * barWidth);
  const bar = "█".repeat(full) + "░".repeat(barWidth - full);
  const shownName = shorten(name, nameWidth).padEnd(nameWidth);
  // One column less than the terminal, so that no line wraps.
  return shorten(`${shownName} ${phase.padEnd(PHASE_WIDTH)} ${bar} ${note}`, columns - 1);
}
