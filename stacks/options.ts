import * as v from "valibot";
import { isStage, isSuffix, NAMES_TAKE } from "./stage.ts";

/** What someone who deploys may choose, by environment variables; the README lists them. */
export interface Options {
  /** End of the names that all of AWS shares; empty for none. */
  bucketSuffix: string;
  /** Origins of the app's own pages, which alone may sign in and send files; empty when none is given. */
  webOrigins: string[];
  /** Whether `dropclip login` may sign in at production too. */
  cliSignIn: boolean;
  /** Whether a firewall stands before sign-in. */
  waf: boolean;
  /** Where sign-up mails come from; Cognito's own address when left out. */
  mail?: { from: string; domain: string };
  /** Whether functions may reserve some of the account's concurrency. */
  reserve: boolean;
}

const MAIL = /^[^@\s<>]+@([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/i;
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;
const quoted = ({ input }: { input: unknown }) => `"${input}"`;

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
  DROPCLIP_CLI_SIGN_IN: flag("DROPCLIP_CLI_SIGN_IN", false),
  DROPCLIP_WAF: flag("DROPCLIP_WAF", false),
  DROPCLIP_EMAIL_FROM: v.pipe(
    text,
    v.check(
      (from) => from === "" || MAIL.test(from),
      (issue) => `DROPCLIP_EMAIL_FROM is ${quoted(issue)}. Use a bare address, for example hello@example.com.`,
    ),
  ),
  DROPCLIP_RESERVED_CONCURRENCY: flag("DROPCLIP_RESERVED_CONCURRENCY", true),
});

/**
 * What the environment asks for at a stage. Throws with a sentence for each thing that AWS would refuse half way
 * through a deployment, or that would leave the stage without anyone who could sign in.
 */
export function parseOptions(stage: string, environment: Record<string, string | undefined>): Options {
  const parsed = v.safeParse(Environment, environment);
  const wrong = parsed.issues?.map(({ message }) => message) ?? [];
  if (!isStage(stage))
    wrong.push(`The stage "${stage}" cannot be used in names on AWS. Use a letter, then ${NAMES_TAKE}.`);
  if (!parsed.success || wrong.length > 0) throw new Error(wrong.join("\n"));

  const given = parsed.output;
  const from = given.DROPCLIP_EMAIL_FROM;
  const options: Options = {
    bucketSuffix: given.DROPCLIP_BUCKET_SUFFIX,
    webOrigins: given.DROPCLIP_WEB_ORIGINS,
    cliSignIn: given.DROPCLIP_CLI_SIGN_IN,
    waf: given.DROPCLIP_WAF,
    mail: from === "" ? undefined : { from, domain: MAIL.exec(from)![1]! },
    reserve: given.DROPCLIP_RESERVED_CONCURRENCY,
  };
  if (isProduction(stage) && !options.cliSignIn && options.webOrigins.length === 0)
    throw new Error(
      "Nobody could sign in at the stage production. Set DROPCLIP_WEB_ORIGINS to the origins of your pages, or DROPCLIP_CLI_SIGN_IN=1 to let `dropclip login` in.",
    );
  return options;
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

/** Where a person who builds pages has them by default. */
const LOCAL_PAGES = "http://localhost:3000";

/** Where the app's own pages are served from: they alone may send files to the uploads bucket. */
export const pageOrigins = ({ webOrigins }: Options) => (webOrigins.length > 0 ? webOrigins : [LOCAL_PAGES]);

/**
 * Where sign-in may lead back to. In production nowhere on the user's own machine unless that is asked for: whatever
 * runs there could ask for a sign-in in the app's name. `cli` holds the command line's URLs.
 */
export function signInPages(stage: string, options: Options, cli: string[]) {
  const origins = isProduction(stage) ? options.webOrigins : pageOrigins(options);
  const withCli = !isProduction(stage) || options.cliSignIn;
  return {
    callbackUrls: [...origins.map((origin) => `${origin}/callback`), ...(withCli ? cli : [])],
    logoutUrls: origins.map((origin) => `${origin}/`),
  };
}
