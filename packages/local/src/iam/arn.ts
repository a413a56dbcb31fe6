import type { RequestContext } from "./context.ts";
import { ANY, glob, ONE, type Piece } from "./glob.ts";
import { PolicyError } from "./policy-error.ts";
import { COLONS, segmentsOf } from "./segments.ts";
import { isVariable, matcher, type Part, parseTemplate } from "./template.ts";

export type TextTest = (text: string, context: RequestContext) => boolean;

/** The service's place among the segments. */
const SERVICE = 2;

/**
 * A `Resource` as a test of ARNs. Wildcards stay within their segment, except one that ends it: "If the * wildcard is
 * the last character of a resource ARN segment, it can expand to match beyond the colon boundaries."
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function resourceTest(text: string, variables: boolean): TextTest {
  if (text === "*") return () => true;
  const parts = parseTemplate(text, { wildcards: true, variables });
  const segments = split(parts);
  const head = segments.slice(0, COLONS);
  const refuse = (why: string) => new PolicyError(`the resource ${JSON.stringify(text)} ${why}`);
  if (head[0]?.length !== 1 || head[0][0] !== "arn") throw refuse('is neither an ARN nor "*"');
  if (head.some((segment) => segment.some(isVariable)))
    throw refuse("has a variable before the fifth colon, where IAM allows none");
  if (head[SERVICE]?.some(isWild)) throw refuse("has a wildcard in place of the service, where IAM allows none");
  if (segments.length <= COLONS && parts.at(-1) !== ANY) throw refuse("has fewer than the six parts of an ARN");
  const inside = head.some((segment) =>
    segment.some((part, at) => isWild(part) && !(part === ANY && isLast(segment, at))),
  );
  return inside ? bySegment(segments) : matcher(parts);
}

/**
 * A value of the ARN operators: "Each of the six colon-delimited components of the ARN is checked separately and each
 * can include multi-character match wildcards (*) or single-character match wildcards (?)."
 */
export function arnTest(text: string, variables: boolean): TextTest {
  const segments = split(parseTemplate(text, { wildcards: true, variables }));
  return segments.length > COLONS ? bySegment(segments) : () => false;
}

function bySegment(segments: Part[][]): TextTest {
  const tests = segments.map(matcher);
  return (text, context) => {
    const values = segmentsOf(text);
    return values !== undefined && tests.every((test, at) => test(values[at]!, context));
  };
}

/** A pattern's parts by segment; colons within variables and behind the fifth separate nothing. */
function split(parts: Part[]): Part[][] {
  const segments: Part[][] = [[]];
  for (const part of parts) {
    let rest = part;
    while (typeof rest === "string" && segments.length <= COLONS && rest.includes(":")) {
      const colon: number = rest.indexOf(":");
      if (colon > 0) segments.at(-1)!.push(rest.slice(0, colon));
      segments.push([]);
      rest = rest.slice(colon + 1);
    }
    if (rest !== "") segments.at(-1)!.push(rest);
  }
  return segments;
}

const isWild = (part: Part) => part === ANY || part === ONE;
const isLast = (segment: Part[], at: number) => at === segment.length - 1;

/** An action pattern, `s3:Get*` or `*`, as a test of action names in small letters. */
export function actionTest(text: string): (action: string) => boolean {
  if (text === "*" || text === "*:*") return () => true;
  if (!/^[a-z0-9-]+:[a-z0-9*?]+$/i.test(text)) {
    throw new PolicyError(`the action ${JSON.stringify(text)} is not of the form service:Action`);
  }
  const pieces = parseTemplate(text.toLowerCase(), { wildcards: true, variables: false }) as Piece[];
  return (action) => glob(pieces, action);
}
