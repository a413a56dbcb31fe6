interface Node {
  next: Map<string, Node>;
  outputs: string[];
}

/**
 * One filter graph for all outputs: each has its list of stages, and what lists begin with in common (decoding,
 * rotation, tone mapping …) is done once and split where they part.
 */
export function filterGraph(input: string, outputs: { label: string; stages: string[] }[]): string {
  const root: Node = { next: new Map(), outputs: [] };
  for (const { label, stages } of outputs) {
    let node = root;
    for (const stage of stages) {
      if (!node.next.has(stage)) node.next.set(stage, { next: new Map(), outputs: [] });
      node = node.next.get(stage)!;
    }
    node.outputs.push(label);
  }
  const chains: string[] = [];
  let labels = 0;
  emit(root, `[${input}]`, []);
  return chains.join(";");

  function emit(node: Node, source: string, stages: string[]) {
    const branches = node.next.size + node.outputs.length;
    if (branches === 1) {
      for (const label of node.outputs) chains.push(`${source}${stages.join(",") || "null"}[${label}]`);
      for (const [stage, next] of node.next) emit(next, source, [...stages, stage]);
      return;
    }
    const ends = [...node.outputs.map((label) => `[${label}]`), ...[...node.next].map(() => `[s${labels++}]`)];
    chains.push(`${source}${[...stages, `split=${branches}`].join(",")}${ends.join("")}`);
    for (const [index, [stage, next]] of [...node.next].entries())
      emit(next, ends[node.outputs.length + index]!, [stage]);
  }
}
