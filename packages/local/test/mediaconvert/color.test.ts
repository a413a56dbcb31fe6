import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CodePoint, MATRICES, PRIMARIES, TRANSFERS } from "../../src/mediaconvert/ffmpeg/color-names.ts";
import { shapeOf } from "../../src/mediaconvert/model/model.ts";
import { ffprobe, generate, pixels, TestCloud } from "./cloud.ts";
import { bars, FAST, ok, runner, silent } from "./job.ts";
import { box, captures, files, mp4 } from "./settings.ts";

let cloud: TestCloud;
beforeAll(() => {
  cloud = new TestCloud();
});
afterAll(() => cloud.close());
const run = runner(() => cloud);

/** A clip whose stream carries these numbers, whatever ffmpeg's encoder thinks of them. */
function tagged(numbers: { primaries?: number; transfer?: number; matrix?: number }): string {
  const { primaries = 1, transfer = 1, matrix = 1 } = numbers;
  const plain = generate("plain.mp4", ...bars("70x40", 0.2), ...FAST);
  const tags = `colour_primaries=${primaries}:transfer_characteristics=${transfer}:matrix_coefficients=${matrix}`;
  const name = `tags-${primaries}-${transfer}-${matrix}.mp4`;
  return generate(name, "-i", plain, "-c", "copy", "-bsf:v", `h264_metadata=${tags}`, "-movflags", "-write_colr");
}

const kept = { ...box(64), VideoPreprocessors: undefined };
const convert = (file: string) =>
  run(file, (at) => [
    files([mp4(kept, [])], `${at}/kept`),
    files([mp4(box(64), [])], `${at}/forced`),
    files([captures()], `${at}/shot`),
  ]);

const KINDS = [
  ["primaries", PRIMARIES, "color_primaries", "ColorPrimaries", 22],
  ["transfer", TRANSFERS, "color_transfer", "TransferCharacteristics", 18],
  ["matrix", MATRICES, "color_space", "MatrixCoefficients", 14],
] as const;
/** Numbers H.273 reserves, or that say nothing. */
const SILENT: Record<string, number[]> = {
  primaries: [0, 2, 3, 13, 14, 15, 16, 17, 18, 19, 20, 21],
  transfer: [0, 2, 3],
  matrix: [2, 3],
};
type Table = Readonly<Record<string, CodePoint>>;
const codes = (table: Table, last: number) =>
  [...new Set(Object.values(table).map(({ code }) => code))].filter((code) => code <= last);

describe("every value of a colour's description", () => {
  it.each(KINDS)(
    "that ffprobe names is known, and has a name that Probe has: %s",
    (kind, table: Table, field, shape, last) => {
      const { values } = shapeOf(shape) as { values: string[] };
      for (let code = 0; code <= last; code++) {
        const name: string = ffprobe(tagged({ [kind]: code })).streams[0][field];
        expect([code, table[name]?.code]).toEqual([code, SILENT[kind]!.includes(code) ? undefined : code]);
      }
      for (const { probe } of Object.values(table)) expect(values).toContain(probe);
    },
  );

  // Each with some of the others: files are tagged with anything, and none may fail for it.
  const [primaries, transfers, matrices] = KINDS.map(([, table, , , last]) => codes(table, last)) as [
    number[],
    number[],
    number[],
  ];
  const rows = transfers.map((transfer, index) => ({
    transfer,
    primaries: primaries[(5 * index) % primaries.length]!,
    matrix: matrices[index % matrices.length]!,
  }));

  it("is among the files that are converted", () => {
    expect(new Set(rows.map((row) => row.primaries)).size).toBe(primaries.length);
    expect(new Set(rows.map((row) => row.matrix)).size).toBe(matrices.length);
  });

  it.each(rows)("is kept or converted: $primaries, $transfer, $matrix", async (row) => {
    const clip = tagged(row);
    const { job, path } = await convert(clip);
    ok(job);
    const [stored] = ffprobe(clip).streams;
    const [same] = ffprobe(path("kept.mp4")).streams;
    const [forced] = ffprobe(path("forced.mp4")).streams;
    expect(same.color_transfer).toBe(stored.color_transfer);
    // x264 has no EBU 3213, and RGB's matrix has no meaning for the YUV of an output.
    if (row.primaries !== 22) expect(same.color_primaries).toBe(stored.color_primaries);
    if (row.matrix !== 0) expect(same.color_space).toBe(stored.color_space);
    expect([forced.color_primaries, forced.color_transfer, forced.color_space]).toEqual(["bt709", "bt709", "bt709"]);
  });

  it.each([
    ["bt709", 1, "bt709"],
    ["smpte170m", 6, "smpte170m"],
    ["bt2020", 9, "bt2020nc"],
  ])("%s alone tells the matrix", async (_, code, matrix) => {
    const { path } = await run(tagged({ primaries: code, transfer: 2, matrix: 2 }), silent(kept));
    expect(ffprobe(path("video.mp4")).streams[0].color_space).toBe(matrix);
  });
});

describe("colours of other kinds of picture", () => {
  const bright = (file: string) => pixels(file, 7, 4)[0]!.map((pixel) => pixel.map((value) => Number(value > 110)));
  const BARS = [
    [1, 1, 1],
    [1, 1, 0],
    [0, 1, 1],
    [0, 1, 0],
    [1, 0, 1],
    [1, 0, 0],
    [0, 0, 1],
  ];

  it.each([
    ["RGB", ["-c:v", "libx264rgb", "-crf", "10"], "mp4"],
    ["4:4:4", ["-c:v", "libx264", "-pix_fmt", "yuv444p"], "mp4"],
    ["4:2:2 in 10 bit", ["-c:v", "prores", "-pix_fmt", "yuv422p10le"], "mov"],
    ["full range", ["-c:v", "mjpeg", "-q:v", "2"], "avi"],
    ["a palette", ["-c:v", "qtrle", "-pix_fmt", "rgb24"], "mov"],
    ["planes of alpha", ["-c:v", "prores_ks", "-profile:v", "4", "-pix_fmt", "yuva444p10le"], "mov"],
  ] as const)("come out of %s", async (name, options, ending) => {
    const clip = generate(`kind-${name.replace(/\W/g, "")}.${ending}`, ...bars("280x160", 0.3), ...options);
    const { job, path } = await convert(clip);
    ok(job);
    for (const key of ["kept.mp4", "forced.mp4", "shot-frame.0000000.jpg"]) expect(bright(path(key))).toEqual(BARS);
  });

  it("come out of HDR in ICtCp and in RGB", async () => {
    const hdr = (matrix: string, format: string) =>
      `format=gbrp,setparams=colorspace=gbr:color_trc=bt709:color_primaries=bt709:range=full,zscale=t=smpte2084:p=bt2020:m=${matrix}:r=limited:npl=203,format=${format}`;
    const to = ["-color_primaries", "bt2020", "-color_trc", "smpte2084"];
    const ictcp = generate(
      "ictcp.mp4",
      ...bars("280x160", 0.3),
      ...["-vf", hdr("ictcp", "yuv420p10le"), "-c:v", "libx264", "-preset", "ultrafast", ...to, "-colorspace", "ictcp"],
    );
    const rgb = generate(
      "hdr-rgb.mkv",
      ...bars("280x160", 0.3),
      ...["-vf", hdr("gbr", "gbrp10le").replace("r=limited", "r=full"), "-c:v", "ffv1"],
      ...[...to, "-colorspace", "rgb", "-color_range", "pc"],
    );
    const coded = generate("hdr-rgb.mp4", "-i", rgb, "-c:v", "libx264", "-pix_fmt", "yuv444p10le", "-crf", "5", ...to);
    for (const clip of [ictcp, coded]) {
      const { job, path } = await run(clip, silent());
      ok(job);
      if (clip === ictcp) expect(bright(path("video.mp4"))).toEqual(BARS);
    }
  });
});
