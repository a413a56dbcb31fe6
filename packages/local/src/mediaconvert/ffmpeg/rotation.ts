import type { VideoTrack } from "./source.ts";

/** Degrees a rotation may be off a right angle (user guide, auto-rotate requirements). */
const TOLERANCE_DEGREES = 1;
/** How far a matrix may be from a plain rotation: rounding of its fixed-point numbers. */
const TOLERANCE = 0.02;

/**
 * The clockwise rotation of a display matrix as ffprobe prints it, three rows of numbers. A matrix that mirrors, scales
 * or shears has none ("non-standard transformation matrices also yield null", SDK documentation of VideoProperties):
 * MediaConvert leaves such a picture as it is stored.
 */
export function rotationOf(matrix: string | undefined): VideoTrack["rotation"] {
  const rows = [...(matrix ?? "").matchAll(/^\d+:\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)/gm)];
  if (rows.length < 2) return 0;
  const [[a, b], [c, d]] = rows.slice(0, 2).map((row) => [Number(row[1]) / 65_536, Number(row[2]) / 65_536]) as [
    [number, number],
    [number, number],
  ];
  const near = (x: number, y: number) => Math.abs(x - y) <= TOLERANCE;
  if (!near(a, d) || !near(b, -c) || !near(Math.hypot(a, b), 1)) return 0;
  const degrees = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
  return ([90, 180, 270] as const).find((angle) => Math.abs(angle - degrees) <= TOLERANCE_DEGREES) ?? 0;
}
