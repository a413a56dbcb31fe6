import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decode, ffprobe, generate, TestCloud } from "./cloud.ts";
import { asFile, bars, FAST, ok, runner, sine } from "./job.ts";
import { loudness, toneAfterWhite } from "./media.ts";
import { aac, box } from "./settings.ts";

let cloud: TestCloud;
beforeAll(() => {
  cloud = new TestCloud();
});
afterAll(() => cloud.close());
const run = runner(() => cloud);

const AAC = ["-c:a", "aac", "-b:a", "256k"];
const channels = (layout: string, count: number) => [
  ...["-f", "lavfi", "-i", `aevalsrc='${Array(count).fill("0.25*sin(2*PI*440*t)").join("|")}':d=1:c=${layout}:s=48000`],
];

describe("sound", () => {
  it.each<[string, string, string[], string[]]>([
    ["mono", "mp4", sine(440), AAC],
    ["mono at 44.1 kHz in 8 bit", "avi", sine(440), ["-c:a", "pcm_u8", "-ar", "44100"]],
    ["mono of a phone", "mov", sine(440), ["-c:a", "pcm_s16be", "-ar", "16000"]],
    ["mono A-law", "mkv", sine(440), ["-c:a", "pcm_alaw", "-ar", "8000"]],
    ["mono Opus", "webm", sine(440), ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"]],
    ["stereo", "mp4", channels("stereo", 2), AAC],
    ["float in 24 bit", "mov", channels("stereo", 2), ["-c:a", "pcm_s24le", "-ar", "96000"]],
  ])("is no quieter than its source: %s", async (name, ending, source, codec) => {
    const file = `${name.replace(/\W/g, "")}.${ending}`;
    const clip = generate(file, ...bars("64x64"), ...source, ...(ending === "webm" ? [] : FAST), ...codec);
    const { job, path } = await run(clip, asFile());
    ok(job);
    const [, audio] = ffprobe(path("video.mp4")).streams;
    expect(audio).toMatchObject({ channels: 2, sample_rate: "48000" });
    expect(Math.abs(loudness(path("video.mp4")) - loudness(clip))).toBeLessThan(1);
  });

  it.each([
    ["5.1", "mp4", channels("5.1", 6), AAC],
    ["7.1", "mkv", channels("7.1", 8), ["-c:a", "flac"]],
    ["quad", "mov", channels("quad", 4), ["-c:a", "pcm_s16le"]],
    ["three channels of no named place", "mov", channels("3c", 3), ["-c:a", "pcm_s16le"]],
    ["a sphere of four", "mkv", channels("quad", 4), ["-c:a", "libopus", "-mapping_family", "255"]],
  ] as const)("of %s becomes stereo that is not silent", async (name, ending, source, codec) => {
    const clip = generate(`many-${name.replace(/\W/g, "")}.${ending}`, ...bars("64x64"), ...source, ...FAST, ...codec);
    const { job, path } = await run(clip, asFile());
    ok(job);
    expect(ffprobe(path("video.mp4")).streams[1].channels).toBe(2);
    expect(loudness(path("video.mp4"))).toBeGreaterThan(-30);
  });

  it("of one channel is made of two without growing louder", async () => {
    const clip = generate("two.mp4", ...bars("64x64"), ...channels("stereo", 2), ...FAST, ...AAC);
    const mono = aac();
    mono.CodecSettings!.AacSettings!.CodingMode = "CODING_MODE_1_0";
    const { path } = await run(clip, asFile(box(64), [mono]));
    expect(ffprobe(path("video.mp4")).streams[1].channels).toBe(1);
    expect(Math.abs(loudness(path("video.mp4")) - loudness(clip))).toBeLessThan(1);
  });

  it("is chosen by its number among all tracks, whatever they are", async () => {
    const maps = [0, 1, 2].flatMap((input) => ["-map", String(input)]);
    const inputs = [...sine(440), ...bars("64x64"), ...channels("stereo", 2)];
    const clip = generate("order.mp4", ...inputs, ...maps, ...FAST, ...AAC, "-metadata:s:a:1", "language=swe");
    const choose = (selector: object) => run(clip, asFile(), { AudioSelectors: { "Audio Selector 1": selector } });
    const third = await choose({ SelectorType: "STREAM", Streams: [3] });
    expect(ffprobe(third.path("video.mp4")).streams[1].tags.language).toBe("swe");
    const second = await choose({ SelectorType: "STREAM", Streams: [2] });
    expect(second.job).toMatchObject({
      ErrorCode: 1040,
      ErrorMessage: expect.stringContaining("Audio stream [2] not found"),
    });
  });

  it.each([
    ["after the picture", [], ["-itsoffset", "0.3"]],
    ["before the picture", ["-itsoffset", "0.31"], []],
    ["with it", [], []],
  ])("that begins %s stays with it", async (what, picture, sound) => {
    const shift = (options: string[]) => Number(options[1] ?? 0);
    // At 0.8 seconds of the clip the picture turns white and the tone begins.
    const white = `drawbox=0:0:64:64:white:fill:enable='gte(t,${0.8 - shift(picture)})'`;
    const flash = [...picture, "-f", "lavfi", "-i", `color=black:s=64x64:r=50:d=2,${white}`];
    const beep = `aevalsrc='if(gte(t,${0.8 - shift(sound)}),sin(2*PI*1000*t),0)':d=2:s=48000`;
    for (const ending of ["mp4", "mkv", "ts"]) {
      const inputs = [...flash, ...sound, "-f", "lavfi", "-i", beep];
      const clip = generate(`sync${what.replace(/\W/g, "")}.${ending}`, ...inputs, ...FAST, "-bf", "2", ...AAC);
      const { job, path } = await run(clip, asFile());
      ok(job);
      decode(path("video.mp4"));
      expect(Math.abs(toneAfterWhite(path("video.mp4")))).toBeLessThan(0.03);
    }
  });
});
