import * as v from "valibot";
import { ApiRefusal, createCaller } from "../api/caller.ts";
import { CliError } from "../errors.ts";
import type { Patience } from "../net/retry.ts";
import type { Target } from "../target/target.ts";

/** The identity provider of an API's users. */
export interface Authority {
  /** The OpenID issuer. */
  issuer: string;
  /** The app client's id there. */
  clientId: string;
  /** What is asked for; for the app where nothing is said. */
  scope?: string;
}

const DISCOVERY = "/.well-known/openid-configuration";

const Document = v.looseObject({
  components: v.looseObject({
    securitySchemes: v.looseObject({
      user: v.looseObject({
        openIdConnectUrl: v.pipe(v.string(), v.url(), v.regex(/^https?:/), v.endsWith(DISCOVERY)),
        "x-clientId": v.string(),
        "x-accountClientId": v.optional(v.string()),
      }),
    }),
  }),
});

/** Asks the API where its users sign in; a stage's outputs contain it already. */
export async function findAuthority(
  { api, outputs }: Pick<Target, "api" | "outputs">,
  patience: Patience,
): Promise<Authority> {
  const { issuer, clientId } = await findClients({ api, outputs }, patience);
  return { issuer, clientId };
}

/** Where users change their own account. A `CliError` where the deployment is older than that. */
export async function findAccount(target: Pick<Target, "api" | "outputs">, patience: Patience): Promise<Authority> {
  const { issuer, accountClientId: clientId } = await findClients(
    { api: target.api, outputs: target.outputs },
    patience,
  );
  if (!clientId) throw new CliError("this deployment does not let users change their account yet: deploy it again");
  return { issuer, clientId, scope: "openid aws.cognito.signin.user.admin" };
}

interface Clients {
  issuer: string;
  clientId: string;
  accountClientId?: string | undefined;
}

async function findClients(
  { api, outputs }: { api: string; outputs: Target["outputs"] | undefined },
  patience: Patience,
): Promise<Clients> {
  if (outputs) return outputs;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Document), await describe(api, patience));
  if (!parsed.success) throw new CliError(`${api}/openapi.json does not say where users sign in`);
  const {
    openIdConnectUrl,
    "x-clientId": clientId,
    "x-accountClientId": accountClientId,
  } = parsed.output.components.securitySchemes.user;
  return { issuer: openIdConnectUrl.slice(0, -DISCOVERY.length), clientId, accountClientId };
}

/** The region of a Cognito issuer, which its name contains. */
export const issuerRegion = (issuer: string): string | undefined =>
  /^https:\/\/cognito-idp\.([a-z0-9-]+)\./.exec(issuer)?.[1];

/** The API's own description; empty when it has none. */
async function describe(api: string, patience: Patience): Promise<string> {
  try {
    return (await createCaller(api, patience)("GET", "/openapi.json")).text;
  } catch (error) {
    if (error instanceof ApiRefusal) return "";
    throw error;
  }
}

/** The user pool's id, with which a Cognito issuer's URL ends. */
export function userPoolId({ issuer }: Authority): string {
  return issuer.slice(issuer.lastIndexOf("/") + 1);
}
