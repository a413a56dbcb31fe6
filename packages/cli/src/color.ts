import { styleText } from "node:util";
import type { Context, Output } from "./context.ts";

export type Color = "green" | "red" | "yellow" | "cyan" | "gray" | "bold";

/** Colours a text, or returns it unchanged. */
export type Paint = (color: Color, text: string) => string;

/** Colours on terminals only, and not with NO_COLOR (https://no-color.org) or a dumb terminal. */
export function paintFor({ env }: Pick<Context, "env">, output: Output): Paint {
  if (!output.isTTY || env.NO_COLOR || env.TERM === "dumb") return (_color, text) => text;
  return (color, text) => styleText(color, text, { validateStream: false });
}
