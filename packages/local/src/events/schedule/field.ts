/** The values a field of lists, ranges and steps allows; undefined when it is malformed. */
export function parseField(text: string, least: number, most: number, names: string[] = []): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    if (!match) return undefined;
    const [, from, to, step] = match;
    const open = from === "*" || (to === undefined && step !== undefined);
    const first = from === "*" ? least : number(from!, least, names);
    const last = to !== undefined ? number(to, least, names) : open ? most : first;
    const stride = step === undefined ? 1 : Number(step);
    const valid = first >= least && last <= most && first <= last && stride > 0 && !(from === "*" && to !== undefined);
    if (!valid) return undefined;
    for (let value = first; value <= last; value += stride) values.add(value);
  }
  return values;
}

function number(text: string, least: number, names: string[]): number {
  const named = names.indexOf(text.toUpperCase());
  return named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
