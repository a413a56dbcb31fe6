/** Exports without an importer, and imports of what is not exported, as `file:line: sentence`. */
export function exportProblems({ folder, manifest }, everything) {
  const name = `@dropclip/${folder.split("/").at(-1)}`;
  const used = everything
    .flatMap(({ imports }) => imports)
    .filter((one) => one.name === name && !one.specifier.startsWith("."))
    .map((one) => ({ ...one, subpath: `.${one.specifier.slice(name.length)}` }));
  const named = new Map(manifest.exports.map((one) => [one.subpath, one]));
  const others = new Set(used.filter(({ file }) => !file.startsWith(`${folder}/`)).map(({ subpath }) => subpath));
  return [
    ...used
      .filter(({ subpath }) => !named.has(subpath))
      .map(({ file, line, specifier }) => `${file}:${line}: ${manifest.file} does not export ${specifier}`),
    ...manifest.exports
      .filter(({ subpath }) => !others.has(subpath))
      .map(({ subpath, line }) => `${manifest.file}:${line}: nobody else imports ${subpath}: it need not be exported`),
  ];
}
