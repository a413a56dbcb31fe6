import { describe, expect, it } from "vitest";
import { bytesText, clean, durationText, shorten, shortenStart } from "../src/format.ts";
import { createProgress } from "../src/progress/create.ts";
import { Meter } from "../src/progress/meter.ts";
import { Screen } from "../src/progress/screen.ts";
import { table } from "../src/table.ts";
import { InstantClock, Recorder } from "./support/cli.ts";

const TERMINAL = /[^\P{Cc}\n]\[([?\d;]*[A-Za-z])|([\s\S])/gu;

/** What a terminal shows after this output: enough of its language for progress bars. */
function shown(text: string): string[] {
  const lines: string[] = [""];
  let [row, column] = [0, 0];
  for (const [, sequence, other] of text.matchAll(TERMINAL)) {
    if (sequence) {
      const count = Number.parseInt(sequence, 10) || 1;
      if (sequence.endsWith("A")) row = Math.max(0, row - count);
      if (sequence.endsWith("G")) column = count - 1;
      if (/^0?K$/.test(sequence)) lines[row] = lines[row]!.slice(0, column);
      if (sequence === "2K") lines[row] = "";
      if (/^0?J$/.test(sequence)) lines.splice(row + 1);
    } else if (other === "\n") {
      row++;
      column = 0;
      lines[row] ??= "";
    } else {
      lines[row] = lines[row]!.slice(0, column).padEnd(column) + other + lines[row]!.slice(column + 1);
      column++;
    }
  }
  return lines.map((line) => line.trimEnd());
}

describe("progress on a terminal", () => {
  it("shows sending and then processing, a bar for each file", async () => {
    const [output, clock] = [new Recorder(120), new InstantClock()];
    const progress = createProgress(new Screen(output), clock);
    const clip = progress.file("clip.mov", 40_000_000);
    const photo = progress.file("photo.heic", 2_000_000);
    clip.resume(10_000_000);
    clip.add(1_000_000);
    await clock.sleep(1000);
    clip.add(1_000_000);
    photo.resume(0);
    photo.sent();
    photo.processing(50);
    progress.stop();
    expect(shown(output.text)).toEqual([
      "clip.mov                 sending    ███████░░░░░░░░░░░░░░░░░ 12.0 MB of 40.0 MB  2.0 MB/s  14.0 s left",
      "photo.heic               processing ████████████░░░░░░░░░░░░ 50 %",
      "",
    ]);
  });

  it("lets lines appear above the bars, whole and in order", () => {
    const output = new Recorder(60);
    const screen = new Screen(output);
    const progress = createProgress(screen, new InstantClock());
    const clip = progress.file("clip.mov", 1000);
    screen.line("12:00:00  s3  PutObject");
    screen.line("12:00:01  lambda  done");
    clip.resume(0);
    clip.add(500);
    progress.stop();
    screen.line("after");
    expect(shown(output.text)).toEqual(
      [
        "12:00:00  s3  PutObject",
        "12:00:01  lambda  done",
        "clip.mov                 sending    ████████████░░░░░░░░░░",
        "after",
        "",
      ].map((line) =>
        line.startsWith("clip") ? expect.stringMatching(/^clip\.mov +sending +█{4}░{4} 500 B of 1\.0 kB$/) : line,
      ),
    );
  });

  it("never reaches the edge of the terminal, however long the name", () => {
    const output = new Recorder(50);
    const progress = createProgress(new Screen(output), new InstantClock());
    progress.file(`${"very-".repeat(30)}long.mov`, 1000).resume(10);
    progress.stop();
    expect(Math.max(...shown(output.text).map((line) => line.length))).toBeLessThan(50);
  });

  it("leaves the cursor alone, which kill -9 could not give back", () => {
    const output = new Recorder(80);
    const progress = createProgress(new Screen(output), new InstantClock());
    progress.file("clip.mov", 10);
    progress.stop();
    expect(output.text).not.toContain("[?25");
  });
});

describe("progress in a log", () => {
  it("is a line for each quarter, none of them twice", () => {
    const output = new Recorder();
    const file = createProgress(new Screen(output), new InstantClock()).file("clip.mov", 1000);
    file.resume(0);
    for (let sent = 0; sent < 1000; sent += 100) file.add(100);
    file.add(-100);
    file.add(100);
    file.sent();
    for (const percent of [undefined, 10, 10, 30, 99, 100]) file.processing(percent);
    file.ended("complete");
    file.ended("complete");
    expect(output.text).toBe(
      [
        ...[
          "sending, 0 % of 1.0 kB",
          "sending, 25 % of 1.0 kB",
          "sending, 50 % of 1.0 kB",
          "sending, 75 % of 1.0 kB",
          "sent",
        ],
        ...["processing, 0 %", "processing, 25 %", "processing, 75 %", "processing, 100 %", "complete", ""],
      ]
        .map((line) => (line ? `clip.mov: ${line}` : ""))
        .join("\n"),
    );
  });
});

describe("Meter", () => {
  it("tells the speed of the last seconds and takes failed bytes back", async () => {
    const clock = new InstantClock();
    const meter = new Meter(clock);
    expect(meter.bytesPerSecond()).toBe(0);
    for (let second = 0; second < 20; second++) {
      meter.add(second < 10 ? 5000 : 1000);
      await clock.sleep(1000);
    }
    expect(meter.bytesPerSecond()).toBe(1000);
    meter.add(-100_000);
    await clock.sleep(1000);
    expect(meter.bytesPerSecond()).toBe(0);
  });
});

describe("texts", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [18_234_123, "18.2 MB"],
    [99_960_000, "100 MB"],
    [999_600, "1.0 MB"],
    [5_000_000_000, "5.0 GB"],
  ])("%i bytes are %s", (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it.each([
    [2, "2 ms"],
    [4_210, "4.2 s"],
    [59_970, "1 min 00 s"],
    [185_000, "3 min 05 s"],
    [7_800_000, "2 h 10 min"],
  ])("%i ms are %s", (ms, text) => expect(durationText(ms)).toBe(text));

  it("are cut by characters, not inside them", () => {
    expect(shorten("👩👩👩", 2)).toBe("👩…");
    expect(shortenStart("events/video.mov", 10)).toBe("…video.mov");
    expect(shorten("abc", 3)).toBe("abc");
  });

  it("from elsewhere cannot drive the terminal", () => {
    expect(clean("a\u001b]0;title\u0007b\u001b[2Jc\r\nd\u202ee\u0000f")).toBe("abc def");
  });
});

describe("table", () => {
  it("gives up width where there is most of it, and keeps short columns", () => {
    const columns = [
      { title: "n", right: true },
      { title: "text", flexible: true },
      { title: "more", flexible: true },
    ];
    expect(
      table(
        columns,
        [
          ["1", "x".repeat(40), "y".repeat(12)],
          ["10", "z", ""],
        ],
        30,
      ),
    ).toBe([" n  text          more", ` 1  ${"x".repeat(11)}…  ${"y".repeat(12)}`, "10  z"].join("\n"));
  });
});
