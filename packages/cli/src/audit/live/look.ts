import type { Seen } from "@dropclip/audit/live";
import type { Graph } from "@dropclip/synth/graph";
import pLimit from "p-limit";
import type { AwsConfig } from "../../aws/config.ts";

/** How one type of resource is described: read-only. */
export interface Look {
  type: string;
  /** AWS's names of the actions that it takes. */
  actions: string[];
  look(around: Around): Promise<Found[]>;
}

/** One thing as AWS describes it, by Pulumi's names; what is not described is left out. */
export type Found = Omit<Seen, "type">;

export interface Around {
  config: AwsConfig;
  graph: Graph;
  /** For each region that has something of the stage, its own first: CloudFront's alarms are in us-east-1 only. */
  configs: AwsConfig[];
  /** Whether something of that name is the stage's: the stacks know it, or it is named as theirs are. */
  isOurs(name: string | undefined): boolean;
}

/** What was seen, and which types could not be looked at. */
export interface Looked {
  seen: Seen[];
  types: Set<string>;
  unseen: Map<string, string>;
}

/** A copy whose keys begin in small letters, as Pulumi writes them. */
export function camel(value: unknown): any {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key.charAt(0).toLowerCase() + key.slice(1), camel(member)]),
  );
}

/** The answer, or undefined when AWS says that there is none of it. */
export async function unlessAbsent<T>(asked: Promise<T>, ...names: string[]): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (names.includes((error as Error).name)) return undefined;
    throw error;
  }
}

/** All pages of a list. */
export async function all<Page, Item>(pages: AsyncIterable<Page>, items: (page: Page) => Item[] | undefined) {
  const found: Item[] = [];
  for await (const page of pages) found.push(...(items(page) ?? []));
  return found;
}

/** What several looks ask for is asked once for all of them. */
export function shared<T>(ask: (around: Around) => Promise<T>): (around: Around) => Promise<T> {
  const known = new WeakMap<Around, Promise<T>>();
  return (around) => {
    const asked = known.get(around) ?? ask(around);
    known.set(around, asked);
    return asked;
  };
}

/** The same of every region. */
export async function everywhere<T>({ configs }: Around, ask: (config: AwsConfig) => Promise<T[]>): Promise<T[]> {
  return (await Promise.all(configs.map(ask))).flat();
}

/** Things that are known by what was set of them alone. */
export const plain = (inputs: Record<string, unknown>): Found => ({ inputs });

/** Few enough at a time that AWS does not turn calls away. */
export const gently = pLimit(4);
