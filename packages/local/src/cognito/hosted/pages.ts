import { type Html, html } from "./html.ts";
import { type Page, renderPage } from "./page.ts";

/** Parts of every form of one sign-in: where it is posted, and the proof that it is ours. */
export interface Form {
  /** `/login/{uid}`. */
  path: string;
  csrf: string;
  /** Name of the app that asked for the sign-in. */
  clientName: string;
  poolId: string;
  error?: string | undefined;
  notice?: string | undefined;
}

export function signInPage(form: Form & { email: string; selfSignUp: boolean }): string {
  return page(form, "Sign in", html`to continue to ${form.clientName}`, [
    post(form, "", [
      emailField(form.email, form.error, form.email === ""),
      passwordField("Password", "current-password", form.error, form.email !== ""),
      html`<button>Sign in</button>`,
    ]),
    form.selfSignUp && html`<p>New here? <a href="${form.path}/signup">Create an account</a></p>`,
  ]);
}

export function signUpPage(form: Form & { email: string; rules: string[] }): string {
  return page(form, "Create an account", html`to continue to ${form.clientName}`, [
    post(form, "/signup", [
      emailField(form.email, form.error, true),
      passwordField("Password", "new-password", form.error, false, form.rules),
      html`<button>Create account</button>`,
    ]),
    html`<p>You have one already? <a href="${form.path}?page=signin">Sign in</a></p>`,
  ]);
}

export function confirmPage(form: Form & { email: string }): string {
  const lead = html`Enter the code for ${form.email}. No mail is sent from here: it stands in the log of the local cloud.`;
  return page(form, "Confirm your account", lead, [
    post(form, "/confirm", [codeField("Confirmation code", form.error), html`<button>Confirm account</button>`]),
    post(form, "/resend", [html`<button class="plain">Get another code</button>`]),
    html`<p><a href="${form.path}?page=signin">Back to sign-in</a></p>`,
  ]);
}

export function secondFactorPage(form: Form & { email: string }): string {
  const lead = html`Enter the code that your authenticator app shows for ${form.email}.`;
  return page(form, "Enter your code", lead, [
    post(form, "/mfa", [codeField("Code", form.error), html`<button>Sign in</button>`]),
    html`<p><a href="${form.path}?page=signin">Back to sign-in</a></p>`,
  ]);
}

export function newPasswordPage(form: Form & { email: string; rules: string[] }): string {
  const lead = html`The password of ${form.email} was given by an administrator and works only once.`;
  return page(form, "Choose a new password", lead, [
    post(form, "/new-password", [
      html`<input type="hidden" name="username" autocomplete="username" value="${form.email}">`,
      passwordField("New password", "new-password", form.error, true, form.rules),
      html`<button>Save and sign in</button>`,
    ]),
  ]);
}

function page({ error, notice, poolId }: Form, title: string, lead: Html, body: (Html | false)[]): string {
  const content: Page = { title, lead, error, notice, body: html`${body}`, footer: html`Local user pool ${poolId}` };
  return renderPage(content);
}

function post({ path, csrf }: Form, to: string, fields: Html[]): Html {
  return html`<form method="post" action="${path}${to}">
<input type="hidden" name="csrf" value="${csrf}">
${fields}
</form>`;
}

const invalid = (error: string | undefined) =>
  error === undefined ? undefined : html` aria-invalid="true" aria-describedby="error"`;

const codeField = (label: string, error: string | undefined): Html => html`<div><label for="code">${label}</label>
<input class="code" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required
autofocus${invalid(error)}></div>`;

function emailField(value: string, error: string | undefined, first: boolean): Html {
  return html`<div><label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck="false"
value="${value}" required${first && html` autofocus`}${invalid(error)}></div>`;
}

function passwordField(
  label: string,
  autocomplete: string,
  error: string | undefined,
  first: boolean,
  rules: string[] = [],
): Html {
  const described = [...(error === undefined ? [] : ["error"]), ...(rules.length > 0 ? ["rules"] : [])].join(" ");
  return html`<div><label for="password">${label}</label>
<input id="password" name="password" type="password" autocomplete="${autocomplete}" required${first && html` autofocus`}${
    error !== undefined && html` aria-invalid="true"`
  }${described !== "" && html` aria-describedby="${described}"`}>
${rules.length > 0 && html`<p class="hint" id="rules">With ${rules.join(", ")}.</p>`}</div>`;
}
