import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decode, ffprobe, generate, pixels, TestCloud } from "./cloud.ts";
import { asFile, bars, FAST, ok, runner, silent, sine } from "./job.ts";
import { box, captures, files, hls, mp4, QVBR } from "./settings.ts";

let cloud: TestCloud;
beforeAll(() => {
  cloud = new TestCloud();
});
afterAll(() => cloud.close());
const run = runner(() => cloud);

describe("a job with file, frames and CMAF outputs", () => {
  it("writes them all from one decoding, named as MediaConvert names them", async () => {
    const clip = generate("all.mp4", ...bars("320x180", 5), ...sine(440, 5), ...FAST, "-c:a", "aac", "-shortest");
    const { job, keys, find, path, prefix, complete } = await run(clip, (at) => [
      files([mp4()], `${at}/video`),
      files([captures(2)], `${at}/frames/shot`),
      hls([320, 160], true, `${at}/hls/index`),
    ]);
    ok(job);
    const rendition = (name: string, ending: string) => [
      `hls/index${name}init.${ending}`,
      ...[1, 2].map((n) => `hls/index${name}_00000000${n}.${ending}`),
    ];
    expect(new Set(keys)).toEqual(
      new Set([
        "video.mp4",
        ...[0, 1, 2].map((n) => `frames/shot-frame.000000${n}.jpg`),
        ...rendition("-320", "cmfv"),
        ...rendition("-160", "cmfv"),
        ...rendition("-audio", "cmfa"),
        ...["hls/index-320.m3u8", "hls/index-160.m3u8", "hls/index-audio.m3u8", "hls/index.m3u8"],
      ]),
    );
    expect(keys.at(-1)).toBe("hls/index.m3u8");
    expect(readFileSync(path("hls/index.m3u8"), "utf8")).toMatch(
      /^#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",AUTOSELECT=YES,DEFAULT=YES,CHANNELS="2",URI="index-audio.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="avc1\.6400..,mp4a\.40\.2",RESOLUTION=320x180,FRAME-RATE=10\.000,AUDIO="audio"\nindex-320\.m3u8\n#EXT-X-STREAM-INF:.*RESOLUTION=160x90.*\nindex-160\.m3u8\n$/,
    );
    expect(readFileSync(path("hls/index-320.m3u8"), "utf8")).toBe(
      '#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MAP:URI="index-320init.cmfv"\n#EXTINF:4,\nindex-320_000000001.cmfv\n#EXTINF:1,\nindex-320_000000002.cmfv\n#EXT-X-ENDLIST\n',
    );
    decode(path("hls/index.m3u8"));
    decode(path("video.mp4"));
    // Each segment holds its fragments and begins with a key frame's fragment.
    const segment = readFileSync(path("hls/index-320_000000001.cmfv"));
    expect(segment.toString("latin1").split("moof").length - 1).toBe(2);
    expect(find("video.mp4")!.contentType).toBe("video/mp4");
    expect(find("frames/shot-frame.0000000.jpg")!.contentType).toBe("image/jpeg");
    expect(find("hls/index.m3u8")!.contentType).toBe("application/x-mpegURL");
    expect(job.OutputGroupDetails).toEqual([
      {
        OutputDetails: [{ DurationInMs: expect.closeTo(5000, -2), VideoDetails: { WidthInPx: 320, HeightInPx: 180 } }],
      },
      {
        OutputDetails: [{ DurationInMs: expect.closeTo(5000, -2), VideoDetails: { WidthInPx: 320, HeightInPx: 180 } }],
      },
      {
        OutputDetails: [
          { DurationInMs: 5000, VideoDetails: { WidthInPx: 320, HeightInPx: 180 } },
          { DurationInMs: 5000, VideoDetails: { WidthInPx: 160, HeightInPx: 90 } },
          { DurationInMs: expect.closeTo(5000, -2) },
        ],
      },
    ]);
    const [file, frames, cmaf] = complete!.detail.outputGroupDetails;
    expect(file.outputDetails[0].outputFilePaths).toEqual([`s3://content/${prefix}/video.mp4`]);
    expect(frames.outputDetails[0].outputFilePaths).toEqual([`s3://content/${prefix}/frames/shot-frame.0000002.jpg`]);
    expect(cmaf).toMatchObject({ type: "CMAF_GROUP", playlistFilePaths: [`s3://content/${prefix}/hls/index.m3u8`] });
    expect(cmaf.outputDetails[0].outputFilePaths).toBeUndefined();
  });

  it("makes an H.264 High and AAC-LC file with fast start and Rec. 709 tags", async () => {
    const clip = generate("tags.mp4", ...bars("320x180"), ...sine(440), ...FAST, "-c:a", "aac");
    const { job, path } = await run(clip, asFile());
    ok(job);
    const { streams } = ffprobe(path("video.mp4"));
    const tags = { color_space: "bt709", color_transfer: "bt709", color_primaries: "bt709", color_range: "tv" };
    expect(streams[0]).toMatchObject({ codec_name: "h264", profile: "High", pix_fmt: "yuv420p", ...tags });
    expect(streams[1]).toMatchObject({ codec_name: "aac", profile: "LC", sample_rate: "48000", channels: 2 });
    const bytes = readFileSync(path("video.mp4")).toString("latin1");
    expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
  });

  it("carries nothing of the source's metadata", async () => {
    const place = [
      "location=+59.33+018.06/",
      "com.apple.quicktime.make=Apple",
      "title=secret",
      "creation_time=2026-01-02T03:04:05Z",
    ];
    const metadata = place.flatMap((entry) => ["-metadata", entry]);
    const tags = [
      "-metadata:s:v",
      "handler_name=secret",
      "-metadata:s:a",
      "handler_name=secret",
      "-movflags",
      "use_metadata_tags",
    ];
    const clip = generate(
      "gps.mov",
      ...bars("160x120"),
      ...sine(440),
      ...FAST,
      "-c:a",
      "aac",
      ...metadata,
      ...tags,
      "-timecode",
      "01:00:00:00",
    );
    expect(readFileSync(clip).toString("latin1")).toContain("+59.33+018.06/");
    const { keys, path } = await run(clip, (at) => [
      files([mp4()], `${at}/video`),
      hls([160], true, `${at}/hls/i`),
      files([captures()], `${at}/f`),
    ]);
    expect(keys).toContain("video.mp4");
    for (const key of keys) expect(readFileSync(path(key)).toString("latin1")).not.toMatch(/59\.33|Apple|secret/);
    const { format, streams } = ffprobe(path("video.mp4"));
    expect(
      Object.keys(format.tags).filter(
        (tag) => !["major_brand", "minor_version", "compatible_brands", "encoder"].includes(tag),
      ),
    ).toEqual([]);
    expect(streams.map((stream: any) => stream.codec_type)).toEqual(["video", "audio"]);
    expect(JSON.stringify(streams)).not.toContain("creation_time");
  });
});

describe("audio", () => {
  it("picks the track that is asked for", async () => {
    const clip = generate(
      "two.mp4",
      ...bars("160x120"),
      ...sine(300),
      ...sine(3000),
      "-map",
      "0",
      "-map",
      "1",
      "-map",
      "2",
      ...FAST,
      "-c:a",
      "aac",
      "-metadata:s:a:1",
      "language=swe",
    );
    const selectors = { "Audio Selector 1": { SelectorType: "TRACK", Tracks: [2] } };
    const { path } = await run(clip, asFile(), { AudioSelectors: selectors });
    const [, audio] = ffprobe(path("video.mp4")).streams;
    expect(audio.tags.language).toBe("swe");
    const swedish = await run(clip, asFile(), {
      AudioSelectors: { s: { SelectorType: "LANGUAGE_CODE", LanguageCode: "SWE", DefaultSelection: "DEFAULT" } },
    });
    expect(ffprobe(swedish.path("video.mp4")).streams[1].tags.language).toBe("swe");
  });

  it("ends with 1040 when the track is not there", async () => {
    const clip = generate("one.mp4", ...bars("160x120"), ...sine(300), ...FAST, "-c:a", "aac");
    const { job, keys } = await run(clip, asFile(), { AudioSelectors: { "Audio Selector 1": { Tracks: [2] } } });
    expect(job).toMatchObject({
      Status: "ERROR",
      ErrorCode: 1040,
      ErrorMessage: expect.stringContaining("Audio track [2] not found"),
    });
    expect(keys).toEqual([]);
  });

  it("makes a silent file of a silent clip when no track was named", async () => {
    const clip = generate("silent.mp4", ...bars("160x120"), ...FAST);
    const { job, path } = await run(clip, asFile());
    ok(job);
    expect(ffprobe(path("video.mp4")).streams.map((stream: any) => stream.codec_type)).toEqual(["video"]);
  });

  it("ends with 1021 when an output would be nothing but missing audio", async () => {
    const clip = generate("silent.mp4", ...bars("160x120"), ...FAST);
    const { job } = await run(clip, (at) => [hls([160], true, `${at}/hls/i`)]);
    expect(job).toMatchObject({ Status: "ERROR", ErrorCode: 1021 });
  });

  it("fits frame captures of a video of another length", async () => {
    const clip = generate("short.mp4", ...bars("160x120", 0.2), ...FAST);
    const { keys } = await run(clip, (at) => [
      files([mp4(box(640), [])], `${at}/video`),
      files([captures(10)], `${at}/shot`),
    ]);
    expect(keys).toContain("shot-frame.0000000.jpg");
  });
});

describe("tracks and time", () => {
  it("finds the video when it is not the first track", async () => {
    const clip = generate(
      "late.mp4",
      ...sine(300),
      ...bars("160x120"),
      "-map",
      "0:a",
      "-map",
      "1:v",
      ...FAST,
      "-c:a",
      "aac",
    );
    const { job, path } = await run(clip, asFile());
    ok(job);
    expect(ffprobe(path("video.mp4")).streams.map((stream: any) => stream.codec_type)).toEqual(["video", "audio"]);
  });

  it("makes variable frame rates constant", async () => {
    const vfr = "select='if(lt(n,20),1,not(mod(n,3)))'";
    const clip = generate("vfr.mp4", ...bars("160x120", 2, 30), "-vf", vfr, "-fps_mode", "vfr", ...FAST);
    const rate = {
      ...QVBR,
      FramerateControl: "SPECIFIED",
      FramerateNumerator: 30,
      FramerateDenominator: 1,
      FramerateConversionAlgorithm: "DUPLICATE_DROP",
    } as const;
    const { path } = await run(clip, silent(box(640, rate)));
    const [stream] = ffprobe(path("video.mp4")).streams;
    expect([stream.r_frame_rate, stream.avg_frame_rate]).toEqual(["30/1", "30/1"]);
    expect(Number(stream.nb_frames)).toBeGreaterThanOrEqual(58);
  });

  it("cuts out the clip that is asked for, and ends with 1060 when it lies outside", async () => {
    const clip = generate("long.mp4", ...bars("160x120", 4), ...FAST);
    const cut = await run(clip, silent(), {
      InputClippings: [{ StartTimecode: "00:00:01:00", EndTimecode: "00:00:03:00" }],
    });
    // The picture at the end timecode is in it.
    expect(Number(ffprobe(cut.path("video.mp4")).streams[0].nb_frames)).toBe(21);
    const outside = await run(clip, silent(), { InputClippings: [{ StartTimecode: "00:01:00:00" }] });
    expect(outside.job).toMatchObject({ Status: "ERROR", ErrorCode: 1060 });
  });

  it("stops capturing at MaxCaptures", async () => {
    const clip = generate("long.mp4", ...bars("160x120", 4), ...FAST);
    const { keys } = await run(clip, (at) => [
      files([mp4(box(640), [])], `${at}/v`),
      files([captures(1, { MaxCaptures: 2 })], `${at}/shot`),
    ]);
    expect(keys.filter((key) => key.endsWith("jpg"))).toEqual(["shot-frame.0000000.jpg", "shot-frame.0000001.jpg"]);
  });

  it.each([
    ["when asked to", { Deinterlacer: { Mode: "ADAPTIVE", Algorithm: "INTERPOLATE" } }],
    ["without being asked, since the output is progressive", {}],
  ] as const)("deinterlaces %s", async (_, preprocessors) => {
    const weave = ["-vf", "tinterlace=interleave_top,fieldorder=tff", "-flags", "+ildct+ilme"];
    const bar = "color=s=160x120:r=50:d=1[a];color=white:s=20x120:r=50:d=1[b];[a][b]overlay=x=mod(n*20\\,160)";
    const clip = generate("fields.mkv", "-f", "lavfi", "-i", bar, ...weave, "-c:v", "libx264");
    const { job, path } = await run(clip, silent({ ...box(640), VideoPreprocessors: preprocessors }));
    ok(job);
    expect(ffprobe(path("video.mp4")).streams[0]).toMatchObject({ avg_frame_rate: "25/1", field_order: "progressive" });
    // Combed, every second line of the moving bar is black: neighbouring rows differ where it stands.
    const combed = pixels(path("video.mp4"), 16, 120)
      .slice(40, 80)
      .flatMap((row, y, rows) =>
        row.filter((pixel, x) => Math.abs(pixel[0]! - (rows[y + 1]?.[x]?.[0] ?? pixel[0]!)) > 100),
      );
    expect(combed).toEqual([]);
  });
});

describe("rate control", () => {
  it.each([
    ["CBR", { RateControlMode: "CBR", Bitrate: 300_000, MaxBitrate: undefined, QvbrSettings: undefined }],
    ["VBR", { RateControlMode: "VBR", Bitrate: 300_000, MaxBitrate: 400_000, QvbrSettings: undefined }],
    ["QVBR", { RateControlMode: "QVBR", MaxBitrate: 300_000, QvbrSettings: { QvbrQualityLevel: 10 } }],
  ] as const)("keeps near the rate asked for by %s", async (_, settings) => {
    const clip = generate(
      "noise.mp4",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=320x240:r=25:d=4",
      "-vf",
      "noise=alls=40:allf=t",
      ...FAST,
    );
    const { job, path } = await run(clip, silent(box(640, { ...QVBR, ...settings })));
    ok(job);
    const rate = Number(ffprobe(path("video.mp4")).streams[0].bit_rate);
    expect(rate).toBeGreaterThan(150_000);
    expect(rate).toBeLessThan(450_000);
  });

  it("puts key frames where the GOP says, and at every segment's start", async () => {
    const clip = generate("gop.mp4", ...bars("160x120", 5), ...FAST);
    const { path } = await run(clip, (at) => [
      files([mp4(box(640, { ...QVBR, GopSize: 15, GopSizeUnits: "FRAMES" }), [])], `${at}/video`),
      hls([160], false, `${at}/i`),
    ]);
    const keyframes = (file: string) =>
      ffprobe(file, "-show_packets", "-select_streams", "v")
        .packets.filter((packet: any) => packet.flags.startsWith("K"))
        .map((packet: any) => Math.round(10 * Number(packet.pts_time)));
    expect(keyframes(path("video.mp4"))).toEqual([0, 15, 30, 45]);
    expect(keyframes(path("i.m3u8"))).toEqual([0, 20, 40]);
  });
});
