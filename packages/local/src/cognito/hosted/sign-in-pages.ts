import { createHmac, timingSafeEqual } from "node:crypto";
import type { UserPoolClient } from "@dropclip/synth/cloud";
import type Provider from "oidc-provider";
import { AwsError } from "../../world.ts";
import { checkPassword, hashPassword, passwordRules } from "../passwords.ts";
import { clientOf } from "../pool.ts";
import { checkCode, isAsked } from "../second-factor.ts";
import { authenticate } from "../sign-in.ts";
import { confirmSignUp, sendCode, signUp } from "../sign-up.ts";
import type { User } from "../users.ts";
import { type Exchange, Refused, readForm, redirect, send } from "./exchange.ts";
import type { Hosted } from "./hosted.ts";
import { pageHeaders } from "./page.ts";
import { confirmPage, type Form, newPasswordPage, secondFactorPage, signInPage, signUpPage } from "./pages.ts";

type Interaction = Awaited<ReturnType<Provider["interactionDetails"]>>;

/** One browser's sign-in in progress. */
interface SignIn extends Hosted {
  exchange: Exchange;
  interaction: Interaction;
  client: UserPoolClient;
  path: string;
}

/** The step that a person is at: `""`, `/signup`, `/confirm`, `/resend`, `/new-password`, `/mfa`. */
interface Step {
  show?: (signIn: SignIn, error?: string, email?: string) => void;
  submit: (signIn: SignIn, fields: URLSearchParams) => Promise<void>;
}

/**
 * Answers `/login/{uid}` and what is below it. The sign-in belongs to the browser that began it: a cookie says so, and
 * a value in each form that only this page knows.
 */
export async function answerSignIn(hosted: Hosted, exchange: Exchange, uid: string, name: string) {
  const { request, response } = exchange;
  const step = STEPS[name];
  if (!step || !Object.hasOwn(STEPS, name)) throw new Refused(404, "not_found", "There is no such page.");
  const interaction = await hosted.provider.interactionDetails(request, response).catch(() => undefined);
  if (interaction?.uid !== uid) {
    throw new Refused(400, "session_expired", "This sign-in is over, or was begun in another browser.");
  }
  const client = clientOf(hosted.pool, interaction.params.client_id);
  const signIn: SignIn = { ...hosted, exchange, interaction, client, path: `/login/${uid}` };
  if (request.method !== "POST") {
    if (step.show) return step.show(signIn);
    return redirect(exchange, 303, signIn.path);
  }
  const fields = await readForm(exchange);
  checkOrigin(signIn, fields);
  await step.submit(signIn, fields).catch((error: unknown) => {
    if (!(error instanceof AwsError) || !step.show) throw error;
    step.show(signIn, error.message, fields.get("email") ?? "");
  });
}

const STEPS: Record<string, Step> = {
  "": {
    show(signIn, error, email = String(signIn.interaction.params.login_hint ?? "")) {
      const { selfSignUp } = signIn.pool.facts;
      const asked = signIn.exchange.url.searchParams.has("page");
      const wantsSignUp = signIn.interaction.params.screen_hint === "signup" && selfSignUp && !asked;
      if (wantsSignUp && error === undefined) return redirect(signIn.exchange, 303, `${signIn.path}/signup`);
      sendPage(signIn, signInPage({ ...form(signIn, error), email, selfSignUp }), error);
    },
    async submit(signIn, fields) {
      const { pool } = signIn;
      const email = fields.get("email") ?? "";
      try {
        const user = await authenticate(pool, { ...HOSTED, id: signIn.client.id }, email, fields.get("password") ?? "");
        if (user.status === "CONFIRMED") return await proceed(signIn, user);
        await remember(signIn, { renewing: user.sub });
        redirect(signIn.exchange, 303, `${signIn.path}/new-password`);
      } catch (error) {
        const user = pool.users.find(email);
        if (!(error instanceof AwsError) || error.code !== "UserNotConfirmedException" || !user) throw error;
        await toConfirmation(signIn, user);
      }
    },
  },
  "/signup": {
    show(signIn, error, email = "") {
      const { selfSignUp, passwordPolicy } = signIn.pool.facts;
      if (!selfSignUp) throw new Refused(403, "access_denied", "SignUp is not permitted for this user pool");
      sendPage(signIn, signUpPage({ ...form(signIn, error), email, rules: passwordRules(passwordPolicy) }), error);
    },
    async submit(signIn, fields) {
      const user = await signUp(signIn.pool, signIn.client.id, fields.get("email") ?? "", fields.get("password") ?? "");
      await remember(signIn, { confirming: user.sub });
      redirect(signIn.exchange, 303, `${signIn.path}/confirm`);
    },
  },
  "/confirm": {
    show(signIn, error) {
      const user = known(signIn, "confirming");
      if (!user) return redirect(signIn.exchange, 303, signIn.path);
      const sent = signIn.exchange.url.searchParams.has("sent") && error === undefined;
      const notice = sent ? "Another code is in the log; older ones do not work any more." : undefined;
      sendPage(signIn, confirmPage({ ...form(signIn, error), notice, email: user.email }), error);
    },
    async submit(signIn, fields) {
      const user = known(signIn, "confirming");
      if (!user) return redirect(signIn.exchange, 303, signIn.path);
      const code = (fields.get("code") ?? "").replaceAll(/\s/g, "");
      await finish(signIn, await confirmSignUp(signIn.pool, user.sub, code, signIn.client.id));
    },
  },
  "/resend": {
    async submit(signIn) {
      const user = known(signIn, "confirming");
      if (user?.status !== "UNCONFIRMED") return redirect(signIn.exchange, 303, signIn.path);
      sendCode(signIn.pool, user);
      redirect(signIn.exchange, 303, `${signIn.path}/confirm?sent`);
    },
  },
  "/new-password": {
    show(signIn, error) {
      const user = known(signIn, "renewing");
      if (!user) return redirect(signIn.exchange, 303, signIn.path);
      const rules = passwordRules(signIn.pool.facts.passwordPolicy);
      sendPage(signIn, newPasswordPage({ ...form(signIn, error), email: user.email, rules }), error);
    },
    async submit(signIn, fields) {
      const { pool } = signIn;
      const user = known(signIn, "renewing");
      if (user?.status !== "FORCE_CHANGE_PASSWORD") return redirect(signIn.exchange, 303, signIn.path);
      const password = fields.get("password") ?? "";
      checkPassword(pool.facts.passwordPolicy, password);
      const passwordHash = await hashPassword(password);
      const changed = pool.users.change(user.sub, (one) => {
        delete one.temporarySinceMs;
        Object.assign(one, { passwordHash, status: "CONFIRMED", modifiedMs: pool.world.clock.now() });
      });
      await proceed(signIn, changed ?? user);
    },
  },
  "/mfa": {
    show(signIn, error) {
      const user = verifying(signIn);
      if (!user) return redirect(signIn.exchange, 303, signIn.path);
      sendPage(signIn, secondFactorPage({ ...form(signIn, error), email: user.email }), error);
    },
    async submit(signIn, fields) {
      const user = verifying(signIn);
      if (!user) return redirect(signIn.exchange, 303, signIn.path);
      checkCode(signIn.pool, user, (fields.get("code") ?? "").replaceAll(/\s/g, ""));
      signIn.pool.challenges.done(String(signIn.interaction.result?.verifying));
      await finish(signIn, user);
    },
  },
};

/** Signs in who has given their password; who has a second factor is asked for it first. */
async function proceed(signIn: SignIn, user: User) {
  if (!isAsked(user)) return finish(signIn, user);
  await remember(signIn, { verifying: signIn.pool.challenges.ask(user.sub, signIn.client.id) });
  redirect(signIn.exchange, 303, `${signIn.path}/mfa`);
}

/** The pages never reveal whether an address is known. */
const HOSTED = { preventUserExistenceErrors: true };

function sendPage({ exchange, interaction }: SignIn, page: string, error?: string) {
  send(exchange, error === undefined ? 200 : 400, pageHeaders(String(interaction.params.redirect_uri)), page);
}

const form = ({ path, cookieKey, interaction, client, pool }: SignIn, error?: string): Form => ({
  path,
  csrf: csrfOf(cookieKey, interaction.uid),
  clientName: client.name,
  poolId: pool.facts.id,
  error,
});

/** The user whose password or code this browser has given, though they cannot be signed in yet. */
function known({ interaction, pool }: SignIn, what: "confirming" | "renewing"): User | undefined {
  const sub = interaction.result?.[what];
  return typeof sub === "string" ? pool.users.find(sub) : undefined;
}

/** The user whose code is waited for; whoever takes too long begins anew. */
function verifying({ interaction, pool, client }: SignIn): User | undefined {
  const session = interaction.result?.verifying;
  if (typeof session !== "string") return undefined;
  try {
    return pool.users.find(pool.challenges.find(session, client.id));
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

async function remember({ provider, exchange }: SignIn, result: Record<string, string>) {
  await provider.interactionResult(exchange.request, exchange.response, result, { mergeWithLastSubmission: false });
}

async function toConfirmation(signIn: SignIn, user: User) {
  sendCode(signIn.pool, user);
  await remember(signIn, { confirming: user.sub });
  redirect(signIn.exchange, 303, `${signIn.path}/confirm`);
}

async function finish({ provider, exchange, interaction }: SignIn, { sub }: User) {
  const { request, response } = exchange;
  const session = await provider.Session.get(provider.createContext(request, response));
  // Another user was signed in here: their session becomes this user's, without any of its grants.
  if (session.accountId !== undefined && session.accountId !== sub) {
    Object.assign(session, { accountId: sub, authorizations: {} });
    await session.persist();
    if (interaction.session) interaction.session.accountId = sub;
    await interaction.persist();
  }
  const result = { login: { accountId: sub } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const csrfOf = (key: string, uid: string) => createHmac("sha256", key).update(`form/${uid}`).digest("base64url");

/** A form of another page is not ours, even if the browser sent our cookies with it. */
function checkOrigin({ cookieKey, interaction, exchange }: SignIn, fields: URLSearchParams) {
  const { origin, host } = exchange.request.headers;
  const wanted = Buffer.from(csrfOf(cookieKey, interaction.uid));
  const given = Buffer.from(fields.get("csrf") ?? "");
  const ours = given.length === wanted.length && timingSafeEqual(given, wanted);
  if (ours && (origin === undefined || origin === `http://${host}`)) return;
  throw new Refused(403, "access_denied", "This form did not come from the sign-in page.");
}
