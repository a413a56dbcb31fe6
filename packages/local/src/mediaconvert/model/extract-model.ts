import { readFileSync, writeFileSync } from "node:fs";

/*
 * Writes model.json: what this service needs of AWS's service model of MediaConvert (botocore's service-2.json, with
 * or without documentation), one line a shape in the notation `model.ts` reads.
 * Run: node packages/local/src/mediaconvert/model/extract-model.ts path/to/mediaconvert-2017-08-29.json
 */
const ROOTS = [
  "CreateJobRequest",
  "ProbeRequest",
  "ListJobsRequest",
  "GetJobResponse",
  "ListJobsResponse",
  "ProbeResponse",
];

interface Shape {
  type: string;
  members?: Record<string, { shape: string; locationName?: string }>;
  required?: string[];
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
}

const source = JSON.parse(readFileSync(process.argv[2]!, "utf8"));
const shapes: Record<string, string> = {};
for (const root of ROOTS) visit(root);
const operations = Object.fromEntries(
  Object.entries<any>(source.operations).map(([name, { http }]) => [name, `${http.method} ${http.requestUri}`]),
);
const sorted = Object.fromEntries(Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(
  new URL("model.json", import.meta.url),
  `${JSON.stringify({ source: source.source ?? "AWS service model of MediaConvert", operations, shapes: sorted }, null, 2)}\n`,
);

function visit(name: string) {
  if (shapes[name] !== undefined) return;
  const shape: Shape = source.shapes[name];
  shapes[name] = describe(name, shape);
  const inner = [shape.member, shape.key, shape.value, ...Object.values(shape.members ?? {})];
  for (const reference of inner) if (reference) visit(reference.shape);
}

function describe(name: string, shape: Shape): string {
  // Ranges of doubles stand only in the shape's name: `__doubleMinNegative60Max6`.
  const bound = (side: "Min" | "Max") => {
    const [, negative, digits] = shape.type === "double" ? (name.match(`${side}(Negative)?(\\d+)`) ?? []) : [];
    return digits ? `${negative ? "-" : ""}${digits}` : "";
  };
  const range = `${shape.min ?? bound("Min")}..${shape.max ?? bound("Max")}`;
  if (shape.enum) return `enum ${shape.enum.join(" ")}`;
  if (shape.type === "list") return `list ${range} ${shape.member!.shape}`;
  if (shape.type === "map") return `map ${shape.key!.shape} ${shape.value!.shape}`;
  if (shape.type === "string") return `string ${range} ${shape.pattern ?? ""}`.trimEnd();
  if (shape.type !== "structure") return `${shape.type} ${range}`;
  const members = Object.entries(shape.members ?? {}).map(([member, { shape: type, locationName }]) => {
    // The wire name is the member's name with a small first letter throughout, so it need not be kept.
    if (locationName !== member[0]!.toLowerCase() + member.slice(1))
      throw new Error(`${name}.${member}: ${locationName}`);
    return `${member}${shape.required?.includes(member) ? "*" : ""}:${type}`;
  });
  return ["structure", ...members].join(" ");
}
