/**
 * A state machine's definition as a Mermaid flowchart: states in the order they are entered, choices with their routes.
 */
export function picture(definition: any): string {
  const names = Object.keys(definition.States);
  const id = (name: string) => `s${names.indexOf(name)}`;
  const lines = ["flowchart LR"];
  for (const name of names) {
    const { Type, Resource = "" } = definition.States[name];
    const by = Resource.includes("lambda") ? "Lambda" : (/(mediaconvert|s3):/i.exec(Resource)?.[1] ?? "");
    const label = [
      name,
      ...(by ? [`<i>${by === "s3" ? "S3" : by === "mediaconvert" ? "MediaConvert" : by}</i>`] : []),
    ].join("<br>");
    lines.push(
      Type === "Choice"
        ? `  ${id(name)}{"${label}"}`
        : Type === "Succeed"
          ? `  ${id(name)}(["${label}"])`
          : `  ${id(name)}["${label}"]`,
    );
  }
  for (const name of names) {
    const state = definition.States[name];
    for (const choice of state.Choices ?? []) {
      const route = /'([^']+)'/.exec(choice.Condition)?.[1];
      lines.push(`  ${id(name)} -- ${route} --> ${id(choice.Next)}`);
    }
    if (state.Default) lines.push(`  ${id(name)} --> ${id(state.Default)}`);
    if (state.Next) lines.push(`  ${id(name)} --> ${id(state.Next)}`);
  }
  return lines.join("\n");
}
