import * as v from "valibot";

const Text = v.pipe(v.string(), v.minLength(1));

/** A finding that is meant to be, with the reason. */
export const Exception = v.strictObject({
  /** The rule's id. */
  rule: Text,
  /** What the finding is about, as the audit calls it; `*` stands for any text. */
  resource: Text,
  /** Why it is right as it is: one sentence. */
  reason: v.pipe(v.string(), v.minLength(20, "a reason is a sentence")),
  /** Where it holds; `!production` is every stage but that one. Left out: everywhere. */
  stages: v.optional(v.pipe(v.array(Text), v.minLength(1))),
});
export type Exception = v.InferOutput<typeof Exception>;

/** Reads a list of exceptions. Throws an Error with what is wrong in the first that cannot be one. */
export function parseExceptions(list: unknown): Exception[] {
  const parsed = v.safeParse(v.array(Exception), list);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`the exceptions cannot be read: ${v.getDotPath(issue) ?? "the list"}: ${issue.message}`);
}

/** Whether the exception holds at the stage. */
export function applies({ stages }: Exception, stage: string): boolean {
  if (stages === undefined || stages.includes(stage)) return true;
  const others = stages.filter((one) => one.startsWith("!"));
  return others.length > 0 && !others.includes(`!${stage}`);
}

/** Whether the exception is about the finding. */
export function fits(exception: Exception, finding: { rule: string; resource: string }): boolean {
  if (exception.rule !== finding.rule) return false;
  const parts = exception.resource.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(finding.resource);
}
