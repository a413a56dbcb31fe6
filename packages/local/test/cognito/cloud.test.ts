import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { formatGraph } from "@dropclip/synth/graph";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CloudOptions, type RunningCloud, startCloud } from "../../src/cloud.ts";
import type { LogEntry } from "../../src/world.ts";
import { Browser } from "./browser.ts";
import { CALLBACK, CLIENT_ID, graph, ISSUER, POOL_ID } from "./graph.ts";
import { authorization, decode, pkce } from "./support.ts";

let folder: string;
let cloud: RunningCloud | undefined;
let logs: LogEntry[];
beforeEach(() => {
  logs = [];
  folder = mkdtempSync(join(tmpdir(), "dropclip-pool-"));
});
afterEach(async () => {
  await cloud?.stop();
  cloud = undefined;
  rmSync(folder, { recursive: true });
});

async function start({ issuer = ISSUER, ...more }: { issuer?: string } & Partial<CloudOptions> = {}) {
  const graphFile = join(folder, "graph.json");
  writeFileSync(graphFile, formatGraph(graph(issuer)));
  const root = resolve(import.meta.dirname, "../../../..");
  const log = (entry: LogEntry) => logs.push(entry);
  cloud = await startCloud({ root, graphFile, directory: join(folder, "data"), port: 0, log, ...more });
  return cloud;
}

/** Three ports in a row that were free a moment ago. */
async function freePorts(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

describe("the local cloud of a graph with a user pool", () => {
  it("lets those through who signed in, and tells functions where that is here", async () => {
    const { endpoints, credentials, region, api, issuer, signIn } = await start();
    expect(issuer).toBe(`${signIn}/${POOL_ID}`);
    const endpoint = endpoints["cognito-idp"];
    const client = new CognitoIdentityProviderClient({ endpoint, credentials, region, maxAttempts: 1 });
    const of = { UserPoolId: POOL_ID, Username: "fan@example.com" };
    await client.send(new AdminCreateUserCommand({ ...of, MessageAction: "SUPPRESS" }));
    await client.send(new AdminSetUserPasswordCommand({ ...of, Password: "Dropclip-2026", Permanent: true }));
    await client.send(new AdminAddUserToGroupCommand({ ...of, GroupName: "fan" }));
    const AuthParameters = { USERNAME: of.Username, PASSWORD: "Dropclip-2026" };
    const flow = { AuthFlow: "ADMIN_USER_PASSWORD_AUTH" as const, ClientId: CLIENT_ID, UserPoolId: POOL_ID };
    const { AuthenticationResult } = await client.send(new AdminInitiateAuthCommand({ ...flow, AuthParameters }));
    client.destroy();
    const ask = (headers = {}) => fetch(`${api}/me`, { headers });
    const answer = await ask({ authorization: `Bearer ${AuthenticationResult!.AccessToken}` });
    expect(await answer.json()).toMatchObject({
      claims: { iss: issuer, client_id: CLIENT_ID, token_use: "access", "cognito:groups": "[fan]" },
      issuer,
      signIn: `${signIn}/login`,
    });
    expect((await ask()).status).toBe(401);
  });

  const proof = pkce();
  const signUp = async (domain: string) => {
    const asked = { client_id: CLIENT_ID, redirect_uri: CALLBACK, scope: "openid email" };
    const browser = await new Browser(domain).open("/signup", authorization(proof.challenge, asked));
    await browser.submit({ email: "new@example.com", password: "Dropclip-2026" });
    return await browser.submit({ code: logs.find(({ email }) => email === "new@example.com")!.message.slice(-6) });
  };

  it("runs the pool's trigger with its own role before the first tokens are given", async () => {
    const { signIn, api } = await start();
    const { code = "" } = (await signUp(signIn)).calledBack();
    const grant = { grant_type: "authorization_code", client_id: CLIENT_ID, redirect_uri: CALLBACK };
    const body = new URLSearchParams({ ...grant, code, code_verifier: proof.verifier });
    const tokens = (await (await fetch(`${signIn}/oauth2/token`, { method: "POST", body })).json()) as any;
    expect(decode(tokens.access_token).claims["cognito:groups"]).toEqual(["fan"]);
    const answer = await fetch(`${api}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect(await answer.json()).toMatchObject({ claims: { "cognito:groups": "[fan]", scope: "openid email" } });
    expect(logs.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
  });

  it("shows on the page what the trigger's role may not do", async () => {
    const { signIn } = await start({
      adjust: (facts) => ({
        ...facts,
        roles: facts.roles.map((role) => ({ ...role, policies: role.policies.filter(({ name }) => name === "p0") })),
      }),
    });
    const browser = await signUp(signIn);
    expect(browser.error).toMatch(
      /^PostConfirmation failed with error User: arn:aws:sts::\d{12}:assumed-role\/post-confirmation\/post-confirmation is not authorized to perform: cognito-idp:AdminAddUserToGroup on resource: arn:aws:cognito-idp:us-east-1:\d{12}:userpool\/us-east-1_AbCdEfGh1 because no identity-based policy allows the cognito-idp:AdminAddUserToGroup action\.$/,
    );
  });

  it("has its pool behind the AWS endpoint, and forgets it all when started anew", async () => {
    const port = await freePorts();
    const { signIn, directory } = await start({ port });
    expect(signIn).toBe(`http://127.0.0.1:${port + 2}`);
    const key = () => JSON.parse(readFileSync(join(directory, "cognito.json"), "utf8")).cookieKey;
    const before = key();
    await cloud!.stop();
    await start();
    expect(key()).toBe(before);
    await cloud!.stop();
    await start({ fresh: true });
    expect(key()).not.toBe(before);
    expect(existsSync(join(directory, "cloud.db"))).toBe(true);
  });

  it("signs with another key after the keys were rotated", async () => {
    const { issuer, rotateKeys } = await start();
    const keys = async () => ((await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as any).keys;
    const [first] = await keys();
    await rotateKeys();
    expect(await keys()).toEqual([expect.any(Object), first]);
  });

  it("does not start when a route trusts an issuer that is not there", async () => {
    await expect(start({ issuer: "https://issuer.example.com/" })).rejects.toThrow(
      "the authorizer Jwt of the route GET /me has the issuer https://issuer.example.com/, which is no user pool of the graph",
    );
  });
});
