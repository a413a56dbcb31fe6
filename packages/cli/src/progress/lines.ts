import { bytesText, clean } from "../format.ts";
import type { FileProgress, Progress } from "./progress.ts";
import type { Screen } from "./screen.ts";

/** A line for each step of this many percent. */
const STEP_PERCENT = 25;

/** Progress without a terminal: a line at the beginning, at each quarter, and at the end. */
export class Lines implements Progress {
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  file(name: string, bytes: number): FileProgress {
    const say = (text: string) => this.#screen.line(`${clean(name)}: ${text}`);
    const sending = steps((percent) => say(`sending, ${percent} % of ${bytesText(bytes)}`));
    const processing = steps((percent) => say(`processing, ${percent} %`));
    let sent = 0;
    let ended = false;
    return {
      resume: (there) => {
        sent = there;
        sending((sent / bytes) * 100);
      },
      add: (more) => {
        sent += more;
        // `sent` prints the 100 %, once S3 has confirmed it.
        if (sent < bytes) sending((sent / bytes) * 100);
      },
      sent: () => say("sent"),
      processing: (percent) => processing(percent ?? 0),
      ended: (status) => {
        if (!ended) say(status);
        ended = true;
      },
    };
  }

  stop() {}
}

/** Calls `say` when the percentage reaches a higher step. */
function steps(say: (percent: number) => void): (percent: number) => void {
  let said = -1;
  return (percent) => {
    const step = Math.floor(percent / STEP_PERCENT) * STEP_PERCENT;
    if (step <= said) return;
    said = step;
    say(step);
  };
}
