/** Started in a function's folder as Lambda would: imports the bundle and calls its handler once with each event. */
import { pathToFileURL } from "node:url";

/** How one call ended, as text: an error with all its causes, or the answer. */
export interface Ending {
  threw: boolean;
  text: string;
}

const [folder, handler, events] = process.argv.slice(2) as [string, string, string];

const described = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: string };
  const inner = [error.cause, ...(error instanceof AggregateError ? error.errors : [])].filter(Boolean);
  return [`${error.name} ${code ?? ""} ${error.message}`, ...inner.map(described)].join(" < ");
};

const context = {
  awsRequestId: "11111111-1111-4111-8111-111111111111",
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  getRemainingTimeInMillis: () => 30_000,
};

async function call(event: unknown): Promise<Ending> {
  try {
    const module = await import(pathToFileURL(`${folder}/bundle.mjs`).href);
    return { threw: false, text: JSON.stringify(await module[handler](event, context)) ?? "" };
  } catch (error) {
    return { threw: true, text: described(error) };
  }
}

const endings = await Promise.all((JSON.parse(events) as unknown[]).map(call));
process.send?.(endings, undefined, undefined, () => process.exit());
