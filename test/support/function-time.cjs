// Loaded into every function of a cloud whose clock a test moves: functions see the cloud's time, not the machine's.
const { readFileSync } = require("node:fs");

const machine = Date.now;
/** The test writes how far its clock is ahead, as often as it moves it. */
const now = () => machine() + Number(readFileSync(process.env.DROPCLIP_TEST_AHEAD, "utf8"));

globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static now() {
    return now();
  }
};
