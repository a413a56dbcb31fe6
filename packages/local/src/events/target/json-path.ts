const STEP = /\.([\w-]+|\*)|\[(\d+|\*)\]|\['([^']+)'\]/y;

/**
 * Compiles the subset of JSONPath that EventBridge takes (eb-transform-target-input.html): dots, dashes, underscores,
 * indices and wildcards. Throws when the path is another.
 */
export function jsonPath(path: string): (root: unknown) => unknown {
  if (!path.startsWith("$")) throw new Error(`the path ${path} must start with $`);
  const steps: string[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (!match) throw new Error(`the path ${path} is not one EventBridge takes`);
    steps.push((match[1] ?? match[2] ?? match[3])!);
  }
  return (root) => follow(root, steps);
}

function follow(node: unknown, steps: string[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return node;
  if (typeof node !== "object" || node === null) return undefined;
  if (step === "*")
    return Object.values(node)
      .map((value) => follow(value, rest))
      .filter((value) => value !== undefined);
  return Object.hasOwn(node, step) ? follow((node as Record<string, unknown>)[step], rest) : undefined;
}
