import type { Report } from "./audit.ts";
import type { Rule, Severity } from "./rule.ts";
import { RULES } from "./rules/index.ts";

/** SARIF knows three; GitHub reads the number too (its docs: SARIF support for code scanning). */
const LEVEL: Record<Severity, { level: "error" | "warning" | "note"; score: string }> = {
  critical: { level: "error", score: "9.5" },
  high: { level: "error", score: "8.0" },
  medium: { level: "warning", score: "5.5" },
  low: { level: "note", score: "2.0" },
};

type Result = Report["findings"][number] & { reason?: string };

/**
 * The report as SARIF 2.1.0, for the tools that show such things. `file` is where the graph is, and `lineOf` tells on
 * which line a resource begins there; what is excepted is there too, as suppressed.
 */
export function sarif(
  report: Report,
  { file, lineOf, version }: { file: string; lineOf: (finding: Result) => number | undefined; version: string },
) {
  const stale = report.stale.map(({ exception, why }) => `exception ${exception.rule} ${exception.resource}: ${why}`);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "dropclip audit", semanticVersion: version, rules: RULES.map(descriptor) } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: stale.map((text) => ({ level: "error", message: { text } })),
          },
        ],
        results: [...report.findings, ...report.excepted].map((one: Result) => {
          const startLine = lineOf(one);
          return {
            ruleId: one.rule,
            ruleIndex: RULES.findIndex(({ id }) => id === one.rule),
            level: LEVEL[one.severity].level,
            message: { text: `${one.resource}: ${one.says}` },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: file },
                  ...(startLine && { region: { startLine } }),
                },
                logicalLocations: [{ fullyQualifiedName: `${one.type}::${one.resource}`, kind: "resource" }],
              },
            ],
            partialFingerprints: { "dropclip/v1": `${one.rule} ${one.type}::${one.resource}` },
            ...(one.reason && { suppressions: [{ kind: "external", justification: one.reason }] }),
          };
        }),
      },
    ],
  };
}

const descriptor = ({ id, title, severity, page }: Rule) => ({
  id,
  shortDescription: { text: title },
  helpUri: page,
  defaultConfiguration: { level: LEVEL[severity].level },
  properties: { "security-severity": LEVEL[severity].score, tags: ["security"] },
});
