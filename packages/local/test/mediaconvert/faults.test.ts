import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decode, ffprobe, pixels, TestCloud } from "./cloud.ts";
import { asFile, ok, probing, runner, silent } from "./job.ts";
import { fault, faultsThere, pictures } from "./media.ts";
import { aac, box, captures, files, hls, mp4, QVBR } from "./settings.ts";

let cloud: TestCloud;
beforeAll(() => {
  cloud = new TestCloud();
});
afterAll(() => cloud.close());
const run = runner(() => cloud);
const probe = probing(() => cloud);

const everything = (at: string) => [
  files([mp4(box(1920), [])], `${at}/video`),
  files([captures()], `${at}/shot`),
  hls([1920, 640], false, `${at}/hls/i`),
];
const at30 = {
  ...QVBR,
  FramerateControl: "SPECIFIED",
  FramerateNumerator: 30,
  FramerateDenominator: 1,
  FramerateConversionAlgorithm: "DUPLICATE_DROP",
} as const;

describe.runIf(faultsThere)("a real file's fault", () => {
  it("04: what an edit list hides is in no output", async () => {
    const { job, keys, path } = await run(fault("04-trimmed-by-edit-list.mp4"), everything);
    ok(job);
    // Red is darker than green.
    for (const picture of pictures(path("video.mp4"), 1, 1, "-ignore_editlist", "1"))
      expect(picture[0]).toBeGreaterThan(75);
    expect(ffprobe(path("video.mp4")).streams[0].nb_frames).toBe("60");
    for (const key of keys.filter((name) => name.endsWith("jpg"))) {
      const [red, green] = pixels(path(key), 1, 1)[0]![0]!;
      expect([red! < 60, green! > 90]).toEqual([true, true]);
    }
  });

  it("05: a browser's recording is probed and converted at its own rate and length", async () => {
    const file = fault("05-browser-recorded.webm");
    const { Container } = await probe(file);
    const [video] = Container!.Tracks!;
    const { Numerator, Denominator } = video!.VideoProperties!.FrameRate!;
    expect([Container!.Format, Numerator, Denominator]).toEqual(["webm", 30, 1]);
    const [stored] = ffprobe(file, "-count_frames").streams;
    expect(Container!.Duration).toBeCloseTo(Number(stored.nb_read_frames) / 30, 1);
    const { job, path } = await run(file, everything);
    ok(job);
    const [stream] = ffprobe(path("video.mp4")).streams;
    expect([stream.r_frame_rate, stream.nb_frames]).toEqual(["30/1", stored.nb_read_frames]);
  });

  it("06: every picture of a variable rate comes out at the highest of its rates", async () => {
    const file = fault("06-auto-fps-30-to-24.mp4");
    const { job, path } = await run(file, silent(box(640, at30)));
    ok(job);
    const [stream] = ffprobe(path("video.mp4")).streams;
    expect([stream.r_frame_rate, stream.avg_frame_rate, stream.nb_frames]).toEqual(["30/1", "30/1", "119"]);
    const source = pictures(file, 32, 24);
    const distance = (a: number[], b: number[]) =>
      a.reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0);
    // Which of the source's pictures each of the output's is.
    const shown = pictures(path("video.mp4"), 32, 24).map((picture) => {
      const off = source.map((other) => distance(picture, other));
      return off.indexOf(Math.min(...off));
    });
    expect(new Set(shown).size).toBe(108);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    const followed = await run(file, silent());
    expect(ffprobe(followed.path("video.mp4")).streams[0].avg_frame_rate).toBe("30/1");
  });

  it("08: a mirrored picture is left as it is stored, and not called rotated", async () => {
    const file = fault("08-matrix-hflip.mp4");
    const { Container } = await probe(file);
    expect(Container!.Tracks![0]!.VideoProperties!.Rotation).toBeUndefined();
    const { job, path } = await run(file, silent());
    ok(job);
    const [stored] = pictures(file, 8, 4);
    const [shown] = pictures(path("video.mp4"), 8, 4);
    const distance = (row: number[]) => row.reduce((sum, value, index) => sum + Math.abs(value - shown![index]!), 0);
    const mirrored = stored!.map((_, index) => stored![8 * Math.floor(index / 8) + 7 - (index % 8)]!);
    expect(distance(stored!)).toBeLessThan(distance(mirrored) / 4);
    expect(ffprobe(path("video.mp4")).streams[0].side_data_list).toBeUndefined();
  });

  it("11: an unreadable sound is listed and fails the job, the readable one can be chosen", async () => {
    const file = fault("11-unknown-audio-first.mov");
    const { Container, TrackMappings } = await probe(file);
    expect(Container!.Tracks!.map(({ Index, TrackType, Codec }) => [Index, TrackType, Codec])).toEqual([
      [1, "video", "AVC"],
      [2, "audio", "UNKNOWN"],
      [3, "audio", "AAC"],
    ]);
    expect(TrackMappings).toEqual([{ AudioTrackIndexes: [2, 3], VideoTrackIndexes: [1] }]);
    const sound = [aac()];
    const first = await run(file, asFile(box(640), sound));
    expect(first.job).toMatchObject({
      Status: "ERROR",
      ErrorCode: 1030,
      ErrorMessage: expect.stringContaining("apac"),
    });
    for (const selector of [
      { SelectorType: "TRACK", Tracks: [2] },
      { SelectorType: "STREAM", Streams: [3] },
    ]) {
      const second = await run(file, asFile(box(640), sound), { AudioSelectors: { "Audio Selector 1": selector } });
      ok(second.job);
      expect(ffprobe(second.path("video.mp4")).streams[1]).toMatchObject({ codec_name: "aac", channels: 2 });
      decode(second.path("video.mp4"));
    }
  });

  it("12: the first video track is taken, or the one that is chosen", async () => {
    const file = fault("12-still-track-first.mov");
    const { Container } = await probe(file);
    expect(Container!.Tracks).toMatchObject([
      { Index: 1, TrackType: "video", Codec: "MJPEG", Duration: 0.04 },
      { Index: 2, TrackType: "video", Codec: "AVC", Duration: 1 },
    ]);
    const first = await run(file, silent());
    expect(ffprobe(first.path("video.mp4")).streams[0]).toMatchObject({ width: 100, height: 100 });
    const film = await run(file, everything, { VideoSelector: { SelectorType: "STREAM", Streams: [2] } });
    ok(film.job);
    expect(ffprobe(film.path("video.mp4")).streams[0]).toMatchObject({ width: 160, height: 90, nb_frames: "30" });
    const none = await run(file, silent(), { VideoSelector: { SelectorType: "STREAM", Streams: [3] } });
    expect(none.job).toMatchObject({ Status: "ERROR", ErrorCode: 1040 });
  });

  it("13: sizes and durations told are those of the files", async () => {
    const { job, path } = await run(fault("13-screen-recording-1170x2532.mp4"), everything);
    ok(job);
    const told = job
      .OutputGroupDetails!.flatMap(({ OutputDetails }) => OutputDetails!)
      .map(({ VideoDetails, DurationInMs }) => [VideoDetails!.WidthInPx, VideoDetails!.HeightInPx, DurationInMs]);
    const size = (key: string) => {
      const [stream] = ffprobe(path(key)).streams;
      return [stream.width, stream.height, 300];
    };
    expect(told).toEqual(["video.mp4", "shot-frame.0000000.jpg", "hls/i-1920.m3u8", "hls/i-640.m3u8"].map(size));
    expect(told[0]).toEqual([888, 1920, 300]);
  });

  it("14: a transfer that ffmpeg's options spell otherwise is converted and kept", async () => {
    const { job, path } = await run(fault("14-transfer-bt470bg.mp4"), (at) => [
      files([mp4({ ...box(640), VideoPreprocessors: undefined }, [])], `${at}/video`),
      files([mp4(box(640), [])], `${at}/forced`),
    ]);
    ok(job);
    expect(ffprobe(path("video.mp4")).streams[0].color_transfer).toBe("bt470bg");
    expect(ffprobe(path("forced.mp4")).streams[0].color_transfer).toBe("bt709");
  });

  it("16: all of a file is converted whose header says less, unless the job is cut", async () => {
    const file = fault("16-duration-lie.mkv");
    expect((await probe(file)).Container!.Duration).toBe(2);
    const whole = await run(file, silent(box(64)));
    ok(whole.job);
    expect(whole.job.OutputGroupDetails![0]!.OutputDetails![0]!.DurationInMs).toBe(120_000);
    const cut = await run(file, everything, { InputClippings: [{ EndTimecode: "00:00:05:00" }] });
    ok(cut.job);
    for (const { DurationInMs } of cut.job.OutputGroupDetails!.flatMap(({ OutputDetails }) => OutputDetails!))
      expect(DurationInMs).toBe(5100);
    expect(ffprobe(cut.path("video.mp4")).streams[0].nb_frames).toBe("51");
  });

  it("18: what the camera wrote between the pictures is in no output", async () => {
    const file = fault("18-private-sei.mp4");
    const secret = /MDPM|N52\.52|E13\.40|HDR-CX900/;
    expect(readFileSync(file).toString("latin1")).toMatch(secret);
    const { job, keys, path } = await run(file, everything);
    ok(job);
    expect(keys.length).toBeGreaterThan(5);
    for (const key of keys) expect(readFileSync(path(key)).toString("latin1")).not.toMatch(secret);
  });
});
