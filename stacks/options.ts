import * as v from "valibot";
import { isStage, isSuffix, NAMES_TAKE } from "./stage.ts";

/** What someone who deploys may choose, by environment variables; the README lists them. */
export interface Options {
  /** End of the names that all of AWS shares; empty for none. */
  bucketSuffix: string;
  /** The deployment's own domain, for pages, media and API; AWS's names when left out. */
  domain?: string;
  /** Origins of other pages than the app's own that may sign in and send files too; empty when none is given. */
  webOrigins: string[];
  /** Whether `dropclip login` may sign in at production too. */
  cliSignIn: boolean;
  /** Whether a firewall stands before sign-in. */
  waf: boolean;
  /** Whether the edge's logs can be asked by SQL. */
  athena: boolean;
  /** Where sign-up mails come from; Cognito's own address when left out. */
  mail?: { from: string; domain: string };
  /** Who is told of alarms by mail; the topics alone when left out. */
  alarmEmail?: string;
  /** US dollars that the stage may cost in a month before someone is told; not watched when left out. */
  budget?: number;
  /** Where events for other programs are delivered to; they are on the event bus alone when left out. */
  webhook?: string;
  /** Whether functions may reserve some of the account's concurrency. */
  reserve: boolean;
}

const MAIL = /^[^@\s<>]+@([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/i;
const BUDGET = /^[1-9]\d{0,6}$/;
/**
 * Labels of letters, digits and hyphens, two at least. Longest where the longest name made of it still fits (RFC 1035).
 */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;
const DOMAIN_CHARACTERS = 253 - "media.".length;
const isDomain = (text: string) => DOMAIN.test(text) && text.length <= DOMAIN_CHARACTERS;
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;
const quoted = ({ input }: { input: unknown }) => `"${input}"`;

/**
 * An address for the webhook: HTTPS, or a server on this machine for the local cloud. Without name and password, which
 * `fetch` refuses, and without a fragment, which nobody is sent.
 */
function isWebhook(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  const safe = protocol === "https:" || (protocol === "http:" && hostname === "localhost");
  return safe && `${username}${password}${hash}` === "";
}

/** A variable that is missing and one that is empty say the same. */
const text = v.pipe(v.optional(v.string(), ""), v.trim());
/** Turns something on, or off where it is on. */
const flag = (name: string, byDefault: boolean) =>
  v.pipe(
    text,
    v.picklist(["", "0", "1"], (issue) => {
      const [other, when] = byDefault ? ["0", "on"] : ["1", "off"];
      return `${name} is ${quoted(issue)}. Use ${other}, or leave it out: then it is ${when}.`;
    }),
    v.transform((given) => (given === "" ? byDefault : given === "1")),
  );

const Environment = v.object({
  DROPCLIP_BUCKET_SUFFIX: v.pipe(
    text,
    v.check(
      (suffix) => suffix === "" || isSuffix(suffix),
      (issue) => `DROPCLIP_BUCKET_SUFFIX is ${quoted(issue)}. Use ${NAMES_TAKE}.`,
    ),
  ),
  DROPCLIP_WEB_ORIGINS: v.pipe(
    text,
    v.transform((list) => list.split(",").flatMap((one) => one.trim() || [])),
    v.array(
      v.pipe(
        v.string(),
        v.check(
          isOrigin,
          (issue) =>
            `DROPCLIP_WEB_ORIGINS names ${quoted(issue)}, which is no origin. Use for example https://app.example.com: no path, no slash at the end.`,
        ),
      ),
    ),
  ),
  DROPCLIP_DOMAIN: v.pipe(
    text,
    v.check(
      (domain) => domain === "" || isDomain(domain),
      (issue) => `DROPCLIP_DOMAIN is ${quoted(issue)}. Use a bare name in lower case, for example clips.example.com.`,
    ),
  ),
  DROPCLIP_CLI_SIGN_IN: flag("DROPCLIP_CLI_SIGN_IN", false),
  DROPCLIP_WAF: flag("DROPCLIP_WAF", false),
  DROPCLIP_ATHENA: flag("DROPCLIP_ATHENA", false),
  DROPCLIP_EMAIL_FROM: v.pipe(
    text,
    v.check(
      (from) => from === "" || MAIL.test(from),
      (issue) => `DROPCLIP_EMAIL_FROM is ${quoted(issue)}. Use a bare address, for example hello@example.com.`,
    ),
  ),
  DROPCLIP_ALARM_EMAIL: v.pipe(
    text,
    v.check(
      (to) => to === "" || MAIL.test(to),
      (issue) => `DROPCLIP_ALARM_EMAIL is ${quoted(issue)}. Use a bare address, for example ops@example.com.`,
    ),
  ),
  DROPCLIP_BUDGET: v.pipe(
    text,
    v.check(
      (amount) => amount === "" || BUDGET.test(amount),
      (issue) => `DROPCLIP_BUDGET is ${quoted(issue)}. Use whole US dollars for a month, for example 50.`,
    ),
  ),
  DROPCLIP_WEBHOOK: v.pipe(
    text,
    v.check(
      (url) => url === "" || isWebhook(url),
      (issue) =>
        `DROPCLIP_WEBHOOK is ${quoted(issue)}. Use an address such as https://example.com/dropclip; http only for localhost.`,
    ),
  ),
  DROPCLIP_RESERVED_CONCURRENCY: flag("DROPCLIP_RESERVED_CONCURRENCY", true),
});

/**
 * What the environment asks for at a stage. Throws with a sentence for each thing that AWS would refuse half way
 * through a deployment.
 */
export function parseOptions(stage: string, environment: Record<string, string | undefined>): Options {
  const parsed = v.safeParse(Environment, environment);
  const wrong = parsed.issues?.map(({ message }) => message) ?? [];
  if (!isStage(stage))
    wrong.push(`The stage "${stage}" cannot be used in names on AWS. Use a letter, then ${NAMES_TAKE}.`);
  const webhook = parsed.success ? parsed.output.DROPCLIP_WEBHOOK : "";
  if (isProduction(stage) && webhook.startsWith("http:"))
    wrong.push(`DROPCLIP_WEBHOOK is "${webhook}". In production it must begin with https.`);
  if (!parsed.success || wrong.length > 0) throw new Error(wrong.join("\n"));

  const given = parsed.output;
  const from = given.DROPCLIP_EMAIL_FROM;
  return {
    bucketSuffix: given.DROPCLIP_BUCKET_SUFFIX,
    domain: given.DROPCLIP_DOMAIN || undefined,
    webOrigins: given.DROPCLIP_WEB_ORIGINS,
    cliSignIn: given.DROPCLIP_CLI_SIGN_IN,
    waf: given.DROPCLIP_WAF,
    athena: given.DROPCLIP_ATHENA,
    mail: from === "" ? undefined : { from, domain: MAIL.exec(from)![1]! },
    alarmEmail: given.DROPCLIP_ALARM_EMAIL || undefined,
    budget: given.DROPCLIP_BUDGET === "" ? undefined : Number(given.DROPCLIP_BUDGET),
    webhook: webhook || undefined,
    reserve: given.DROPCLIP_RESERVED_CONCURRENCY,
  };
}

/**
 * The suffix a stage goes on with. `before` is what it was deployed with; leave it out for a new stage. Throws when
 * another one is asked for: with other names every bucket would be replaced, and its media deleted.
 */
export function keepSuffix(stage: string, asked: string, before: string | undefined): string {
  if (before === undefined) return asked;
  if (asked && asked !== before)
    throw new Error(
      `The stage ${stage} was deployed with ${before ? `DROPCLIP_BUCKET_SUFFIX=${before}` : "no DROPCLIP_BUCKET_SUFFIX"}, and now it is ${asked}. ` +
        "Its buckets would be replaced, and their media with them. Deploy with the suffix it had, or another stage.",
    );
  return before;
}

/** Production keeps its data whatever happens to the stack, and signs in from its own pages. */
export const isProduction = (stage: string) => stage === "production";

/** Names of pages, media and API where there is a domain for them. The pages' is what people see and type. */
export const hostsOf = ({ domain }: Pick<Options, "domain">) =>
  domain === undefined ? undefined : { pages: domain, media: `media.${domain}`, api: `api.${domain}` };

/** Where a person who builds pages has them by default. */
const LOCAL_PAGES = "http://localhost:3000";

/**
 * Origins besides the app's own pages that may call the API and send files. In production nothing on the user's own
 * machine unless it is named.
 */
export const pageOrigins = (stage: string, { webOrigins }: Options) =>
  webOrigins.length > 0 || isProduction(stage) ? webOrigins : [LOCAL_PAGES];

/**
 * Where sign-in may lead back to: the app's own pages at `pages`, others that were named, and the command line. In
 * production not to the last unless that is asked for: whatever runs on a user's machine could ask for a sign-in in the
 * app's name. `cli` holds the command line's URLs.
 */
export function signInPages(stage: string, options: Options, pages: string, cli: string[]) {
  const origins = [pages, ...pageOrigins(stage, options)];
  const withCli = !isProduction(stage) || options.cliSignIn;
  return {
    callbackUrls: [...origins.map((origin) => `${origin}/callback`), ...(withCli ? cli : [])],
    logoutUrls: origins.map((origin) => `${origin}/`),
  };
}
