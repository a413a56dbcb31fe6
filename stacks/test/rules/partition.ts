import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** AWS's own policies bear this partition in the provider's lists, and are looked up there. */
const MANAGED = /^arn:aws:iam::aws:policy/;

/** ARNs of a partition that is written out: in AWS's other partitions (China, GovCloud) they name nothing. */
export const writtenPartitions = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => partitionsIn(readFileSync(join(folder, file), "utf8")).map((line) => `${file}:${line}`));

/** The lines of a source that write a partition out: number, and the ARN up to where it ends. */
export const partitionsIn = (source: string): string[] =>
  source
    .split("\n")
    .flatMap((text, index) =>
      [...text.matchAll(/arn:aws:[^"'`\s]*/g)]
        .filter(([arn]) => !MANAGED.test(arn) && !/^\s*(\*|\/\/|\/\*)/.test(text))
        .map(([arn]) => `${index + 1} ${arn}`),
    );
