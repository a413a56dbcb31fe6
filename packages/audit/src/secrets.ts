/** Names of what is kept from others; not of what only refers to it: `SECRET_ARN`, `KEY_FILE`, `TOKEN_SECONDS`. */
const NAMED = /(^|_)(SECRET|SECRETS|PASSWORD|PASSWD|TOKEN|CREDENTIALS?|PRIVATE|API_?KEY|KEY)$/i;
/** Forms that secrets have whatever they are called. */
const FORMS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // AWS: access keys, of users and of sessions.
  /\b(AKIA|ASIA)[A-Z2-7]{16}\b/,
  // Standard Webhooks, Stripe, GitHub, Slack.
  /\bwhsec_[A-Za-z0-9+/=]{16,}|\b[sr]k_live_\w{16,}|\bgh[pousr]_\w{30,}|\bxox[abprs]-[\w-]{10,}/,
  // A name and password within a URL.
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
];

/** Whether a value should be where only few can read it. */
export function looksSecret(name: string, value: string): boolean {
  if (FORMS.some((form) => form.test(value))) return true;
  // The name or ARN of a secret or parameter is none.
  return NAMED.test(name) && value !== "" && !/^(arn:|\/|alias\/)/.test(value);
}
