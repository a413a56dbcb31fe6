/** Which packages of the project a package may import; what is not here may import none. */
const MAY_IMPORT = {
  functions: ["core"],
  web: ["core"],
  local: ["synth"],
  cli: ["core", "synth", "local"],
};

/** Imports that go against the layers, as `file:line: sentence`. */
export function boundaryProblems({ folder, imports }) {
  const self = folder.split("/").at(-1);
  const allowed = [self, ...(MAY_IMPORT[self] ?? [])];
  return imports
    .filter(({ name }) => name.startsWith("@dropclip/") && !allowed.includes(name.slice("@dropclip/".length)))
    .map(({ file, line, name }) => {
      const others = allowed.slice(1).map((other) => `@dropclip/${other}`);
      return `${file}:${line}: ${self} must not import ${name}: it may import ${others.join(", ") || "no package of the project"}`;
    });
}
