import assert from "node:assert/strict";
import { CALLBACK_URLS } from "@dropclip/cli";
import { answered, check } from "../expect.ts";
import { type Operation, patientApi, type Run, type User } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { ROLE_NAMES, ROLES } from "../users.ts";

export const identity: Step<Run>[] = [
  {
    name: "The API answers and describes itself",
    async run({ nobody, target, made }) {
      assert.deepEqual(answered(await nobody("GET", "/health"), 200), { status: "ok" });
      const document = answered(await nobody("GET", "/openapi.json"), 200);
      const { openIdConnectUrl, "x-clientId": clientId } = document.components.securitySchemes.user;
      assert.equal(openIdConnectUrl, `${target.issuer}/.well-known/openid-configuration`);
      assert.equal(clientId, target.clientId);
      made.operations = operationsOf(document);
      check(made.operations.length > 0, "no operation wants a user");
    },
  },
  {
    name: "The sign-in page is there",
    async run({ target }) {
      const discovery = await fetch(`${target.issuer}/.well-known/openid-configuration`);
      const { issuer, authorization_endpoint: endpoint } = (await discovery.json()) as Record<string, string>;
      assert.equal(issuer, target.issuer);
      const asked = new URLSearchParams({
        client_id: target.clientId,
        response_type: "code",
        scope: "openid email profile",
        state: "e2e",
        redirect_uri: CALLBACK_URLS[0]!,
        code_challenge_method: "S256",
        code_challenge: "e2e-".padEnd(43, "x"),
      });
      const page = await visit(`${endpoint}?${asked}`);
      assert.equal(page.status, 200);
      assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    },
  },
  {
    name: "Two fans and two creatives sign in",
    async run(run) {
      const accounts = await run.accounts.make(run.signal);
      const users = {} as Run["made"]["users"];
      for (const role of ROLE_NAMES) {
        const account = accounts[role];
        const user: User = { ...account, api: patientApi(run, account.accessToken) };
        const me = answered(await user.api("GET", "/me"), 200);
        assert.deepEqual(me, { userId: user.userId, groups: [ROLES[role]], public: false });
        users[role] = user;
      }
      run.made.users = users;
    },
  },
  {
    name: "Who has not signed in is refused",
    needs: ["The API answers and describes itself", "Two fans and two creatives sign in"],
    async run(run) {
      const { operations, users } = run.made;
      const { accessToken, idToken } = users.creative;
      const [head, payload, signature = ""] = accessToken.split(".");
      const tampered = `${head}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
      const nobodies = [undefined, tampered, idToken].map((token) => patientApi(run, token));
      for (const { method, path, operationId } of operations) {
        const place = path.replace(/\{\w+\}/g, "00000000-0000-7000-8000-000000000000");
        for (const api of nobodies) {
          const { status } = await api(method, place);
          check(status === 401, `${operationId}: expected 401, was ${status}`);
        }
      }
    },
  },
];

/** Follows redirects as a browser would, with the cookies it is given on the way. */
async function visit(address: string): Promise<Response> {
  const cookies = new Map<string, string>();
  for (let url = address, sent = 0; ; sent++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { cookie } });
    const location = response.headers.get("location");
    if (!location || sent === 5) return response;
    for (const text of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(text) ?? [];
      if (name !== undefined) cookies.set(name, value ?? "");
    }
    url = new URL(location, url).href;
  }
}

function operationsOf(document: any): Operation[] {
  const all = Object.entries<any>(document.paths).flatMap(([path, methods]) =>
    Object.entries<any>(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
  return all
    .filter((operation) => operation["x-access"] !== "public")
    .map(({ path, method, operationId, "x-access": access, requestBody }) => {
      return { path, method, operationId, access, hasBody: requestBody !== undefined };
    });
}
