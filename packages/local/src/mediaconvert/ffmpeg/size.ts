import type { VideoDescription } from "@aws-sdk/client-mediaconvert";
import { JobError } from "../errors.ts";

export interface Size {
  width: number;
  height: number;
}

/** How to bring a picture to an output's size: scale to `scaled`, then crop or pad to `final`. All even. */
export interface Fit {
  scaled: Size;
  final: Size;
}

/**
 * The output's size by MediaConvert's scaling behaviours (user guide, "Video scaling behavior"): DEFAULT fits and pads
 * with black, FIT fits, FIT_NO_UPSCALE fits and never enlarges, FILL covers and crops, STRETCH_TO_OUTPUT distorts. With
 * one side given the other follows; with none the input's size stays. Sizes that come out odd are rounded to even;
 * odd sizes that were asked for end the job with 1040, as does what AWS calls an invalid resolution.
 */
export function fit(input: Size, { Width, Height, ScalingBehavior = "DEFAULT" }: VideoDescription): Fit {
  if ((Width ?? 0) % 2 !== 0 || (Height ?? 0) % 2 !== 0)
    throw new JobError(1040, `Invalid resolution [${Width} x ${Height}], only even values`);
  const ratios = [
    Width === undefined ? undefined : Width / input.width,
    Height === undefined ? undefined : Height / input.height,
  ];
  const given = ratios.filter((ratio) => ratio !== undefined);
  const own = { width: floor(input.width), height: floor(input.height) };
  if (given.length === 0) return same(scale(input, 1, own));
  const box = { width: Width, height: Height };
  const inside = Math.min(...given);
  if (ScalingBehavior === "FIT_NO_UPSCALE") {
    const width = Math.min(Width ?? own.width, own.width);
    return same(scale(input, Math.min(1, inside), { width, height: Math.min(Height ?? own.height, own.height) }));
  }
  if (ScalingBehavior === "FIT" || given.length === 1) return same(scale(input, inside, box));
  const final = { width: Width!, height: Height! };
  if (ScalingBehavior === "STRETCH_TO_OUTPUT") return same(final);
  if (ScalingBehavior === "FILL") {
    const covering = scale(input, Math.max(...given), {});
    return {
      final,
      scaled: { width: Math.max(covering.width, final.width), height: Math.max(covering.height, final.height) },
    };
  }
  return { final, scaled: scale(input, inside, box) };
}

const same = (size: Size): Fit => ({ scaled: size, final: size });

function scale(input: Size, ratio: number, box: Partial<Size>): Size {
  return { width: even(input.width * ratio, box.width), height: even(input.height * ratio, box.height) };
}

/** The nearest even number, not above the box's side nor below two. */
const even = (side: number, most = Number.POSITIVE_INFINITY) => Math.max(2, Math.min(2 * Math.round(side / 2), most));

const floor = (side: number) => 2 * Math.floor(side / 2);

/** The filters that do it; `scaleOptions` go into the scaler, which converts colours in the same step. */
export function fitFilters({ scaled, final }: Fit, scaleOptions: string): string[] {
  const filters = [`scale=${scaled.width}:${scaled.height}:flags=bicubic${scaleOptions}`];
  if (scaled.width > final.width || scaled.height > final.height) filters.push(`crop=${final.width}:${final.height}`);
  else if (scaled.width < final.width || scaled.height < final.height)
    filters.push(`pad=${final.width}:${final.height}:(ow-iw)/2:(oh-ih)/2:black`);
  return filters;
}
