/** The variables of a path by a pattern such as `/e/:eventId/:uploadId?`; undefined when it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern, path].map((one) => one.split("/").filter(Boolean)) as [string[], string[]];
  if (given.length > wanted.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index];
    const [, name, isOptional] = /^:(\w+)(\?)?$/.exec(part) ?? [];
    if (name ? value === undefined && !isOptional : value !== part) return undefined;
    if (name && value !== undefined) found[name] = decode(value);
  }
  return found;
}

/** What is no sound encoding is taken as it is: no page has such a name, and its page says so. */
function decode(value: string) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
