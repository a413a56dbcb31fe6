import type { Graph, Resource } from "@dropclip/synth/graph";
import { applies, type Exception, fits } from "./exceptions.ts";
import type { Rule, Severity } from "./rule.ts";
import { RULES } from "./rules/index.ts";
import { labelOf, Unseen, View } from "./view.ts";

/** One thing that is wrong. */
export interface Finding {
  rule: string;
  severity: Severity;
  type: string;
  /** The logical name. */
  name: string;
  /** What the report calls it: a route by its key; with the part that is meant, `PublicApiFunction#CURSOR_KEY`. */
  resource: string;
  says: string;
  page: string;
}

export interface Report {
  stage: string;
  rules: number;
  resources: number;
  /** The worst first. */
  findings: Finding[];
  excepted: (Finding & { reason: string })[];
  /** Exceptions that are about nothing any more, with what became of it. */
  stale: { exception: Exception; why: string }[];
  /** Rules that could say nothing, or not all, since a type that they ask for was not looked at. */
  notRun: { rule: string; types: string[] }[];
}

const ORDER: Severity[] = ["critical", "high", "medium", "low"];

/** Runs every rule over a graph. `seen` are the types that it speaks of; left out, all are. */
export function audit(
  graph: Graph,
  exceptions: readonly Exception[],
  rules: readonly Rule[] = RULES,
  seen?: ReadonlySet<string>,
): Report {
  const view = new View(graph, seen);
  const mine = exceptions.filter((exception) => applies(exception, graph.stage));
  const ran = rules.map((rule) => ({ rule, ...run(rule, view) }));
  const found = ran.flatMap(({ findings }) => findings).sort(byWeight);
  const reasonFor = (finding: Finding) => mine.find((exception) => fits(exception, finding))?.reason;
  return {
    stage: graph.stage,
    rules: rules.length,
    resources: graph.resources.length,
    findings: found.filter((finding) => reasonFor(finding) === undefined),
    excepted: found.flatMap((finding) => {
      const reason = reasonFor(finding);
      return reason === undefined ? [] : [{ ...finding, reason }];
    }),
    stale: mine.flatMap((exception) => {
      if (found.some((finding) => fits(exception, finding))) return [];
      const known = rules.some(({ id }) => id === exception.rule);
      const why = known ? "the rule finds nothing of that name" : "there is no such rule";
      return [{ exception, why }];
    }),
    notRun: ran
      .filter(({ unseen }) => unseen.size > 0)
      .map(({ rule, unseen }) => ({ rule: rule.id, types: [...unseen].sort() })),
  };
}

/** What a rule finds, and the types that it could not look at. */
function run(rule: Rule, view: View): { findings: Finding[]; unseen: Set<string> } {
  const unseen = new Set<string>();
  const ask = <T>(about: () => T[]): T[] => {
    try {
      return about();
    } catch (error) {
      if (!(error instanceof Unseen)) throw error;
      unseen.add(error.type);
      return [];
    }
  };
  const types = rule.types === "every" ? undefined : rule.types;
  const resources = types?.flatMap((type) => ask(() => view.all(type))) ?? view.graph.resources;
  const findings = resources
    .filter(({ read }) => !read)
    .flatMap((resource) => ask(() => rule.check(resource, view)).map((said) => finding(rule, resource, said)));
  return { findings, unseen };
}

function finding({ id, severity, page }: Rule, resource: Resource, said: ReturnType<Rule["check"]>[number]): Finding {
  const label = labelOf(resource);
  const of = { rule: id, severity, type: resource.type, name: resource.name, page };
  return typeof said === "string"
    ? { ...of, resource: label, says: said }
    : { ...of, resource: `${label}#${said.part}`, says: said.says };
}

const byWeight = (a: Finding, b: Finding) =>
  ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || compare(a.rule, b.rule) || compare(a.resource, b.resource);
const compare = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });
