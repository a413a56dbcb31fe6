/**
 * The items in turn: one of each owner, then a second one of each, and so on. An owner with thousands delays only
 * themselves. With every `turn` each owner's items begin at another one, so that none is always the last.
 */
export function fair<T>(items: T[], ownerOf: (item: T) => string, turn: number): T[] {
  const owners = new Map<string, T[]>();
  for (const item of items) {
    const owner = ownerOf(item);
    const own = owners.get(owner);
    if (own) own.push(item);
    else owners.set(owner, [item]);
  }
  const rounds: T[][] = [];
  for (const own of owners.values())
    for (const round of own.keys()) {
      if (round === rounds.length) rounds.push([]);
      rounds[round]!.push(own[(round + turn) % own.length]!);
    }
  return rounds.flat();
}
