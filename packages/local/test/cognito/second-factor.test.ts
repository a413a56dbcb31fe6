import {
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserMFAPreferenceCommand,
  AssociateSoftwareTokenCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  GetUserCommand,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stepOf } from "../../src/cognito/totp.ts";
import { REGION } from "../gate/local-cloud.ts";
import {
  APP,
  authorization,
  decode,
  PASSWORD,
  pass,
  pkce,
  type RunningPool,
  redeem,
  startPool,
  userPool,
  WEB,
} from "./support.ts";
import { totp } from "./totp.ts";

const SELF = {
  ...WEB,
  id: "4example23456789abcdefghij",
  name: "self",
  scopes: ["openid", "aws.cognito.signin.user.admin"],
};
const POOL = userPool(undefined, { softwareToken: true, clients: [WEB, SELF] });
let running: RunningPool;
/** Without AWS credentials, as a user's own program is. */
let own: CognitoIdentityProviderClient;
let users = 0;
let email: string;
beforeAll(async () => {
  running = await startPool({ pool: POOL });
  own = new CognitoIdentityProviderClient({ endpoint: running.url, region: REGION, maxAttempts: 1 });
});
afterAll(async () => {
  own.destroy();
  await running.remove();
});
beforeEach(async () => {
  email = `user-${users++}@example.com`;
  await running.user(email);
});

const byPassword = () =>
  running.api().send(
    new AdminInitiateAuthCommand({
      UserPoolId: POOL.id,
      ClientId: WEB.id,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: email, PASSWORD },
    }),
  );
const token = async () => (await byPassword()).AuthenticationResult!.AccessToken!;
const now = () => running.clock.now();
const respond = (Session: string, code: string) =>
  running.api().send(
    new AdminRespondToAuthChallengeCommand({
      UserPoolId: POOL.id,
      ClientId: WEB.id,
      ChallengeName: "SOFTWARE_TOKEN_MFA",
      ChallengeResponses: { USERNAME: email, SOFTWARE_TOKEN_MFA_CODE: code },
      Session,
    }),
  );

/** Sets an app up, as its user does; the secret of the app. */
async function setUp(AccessToken: string) {
  const { SecretCode } = await own.send(new AssociateSoftwareTokenCommand({ AccessToken }));
  await own.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: totp(SecretCode!, now()) }));
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
  await own.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings }));
  // The code that verified it has been used.
  await pass(running.clock, 30);
  return SecretCode!;
}

describe("codes", () => {
  // RFC 6238, appendix B: SHA-1, of which the last six digits count.
  it.each([
    [59, "287082"],
    [1111111109, "081804"],
    [1234567890, "005924"],
    [20000000000, "353130"],
  ])("at %s seconds are those of RFC 6238", (seconds, code) => {
    const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    expect(stepOf(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
    expect(stepOf(secret, code, (seconds + 30) * 1000)).toBe(Math.floor(seconds / 30));
    expect(stepOf(secret, code, (seconds + 90) * 1000)).toBeUndefined();
    expect(totp(secret, seconds * 1000)).toBe(code);
  });
});

describe("a second factor", () => {
  it("is the user's choice: set up with their access token, and asked for from then on", async () => {
    const AccessToken = await token();
    const secret = await setUp(AccessToken);
    expect(secret).toMatch(/^[A-Z2-7]{52}$/);
    const factors = { UserMFASettingList: ["SOFTWARE_TOKEN_MFA"], PreferredMfaSetting: "SOFTWARE_TOKEN_MFA" };
    expect(await own.send(new GetUserCommand({ AccessToken }))).toMatchObject(factors);
    const described = await running.api().send(new AdminGetUserCommand({ UserPoolId: POOL.id, Username: email }));
    expect(described).toMatchObject(factors);
    const asked = await byPassword();
    expect(asked).toMatchObject({ ChallengeName: "SOFTWARE_TOKEN_MFA", Session: expect.any(String) });
    expect(asked.AuthenticationResult).toBeUndefined();
    const answered = await respond(asked.Session!, totp(secret, now()));
    expect(answered.AuthenticationResult!.AccessToken).toEqual(expect.any(String));
    // The session has done its work, and so has the code.
    await expect(respond(asked.Session!, totp(secret, now()))).rejects.toThrow("Invalid session for the user.");
    const again = await byPassword();
    await expect(respond(again.Session!, totp(secret, now()))).rejects.toMatchObject({ name: "ExpiredCodeException" });
  });

  it("is asked for on the page, after the password", async () => {
    const secret = await setUp(await token());
    const proof = pkce();
    const browser = await running.browser().open("/oauth2/authorize", authorization(proof.challenge));
    await browser.submit({ email, password: PASSWORD });
    expect([browser.title, browser.left]).toEqual(["Enter your code", undefined]);
    await browser.submit({ code: "000000" });
    expect(browser.error).toBe("Invalid code received for user");
    await browser.submit({ code: ` ${totp(secret, now())} ` });
    const { body } = await redeem(running, browser.calledBack().code!, proof);
    expect(decode(body.access_token).claims.username).toEqual(expect.any(String));
  });

  it("is set up by a token of the pages only where their app may change accounts", async () => {
    const tokenOf = async (client: typeof SELF, scope: string) => {
      const proof = pkce();
      const asked = { ...authorization(proof.challenge), client_id: client.id, scope, redirect_uri: APP };
      const browser = await running.browser().open("/oauth2/authorize", asked);
      await browser.submit({ email, password: PASSWORD });
      return (await redeem(running, browser.calledBack().code!, proof, { client_id: client.id })).body.access_token;
    };
    const without = own.send(new AssociateSoftwareTokenCommand({ AccessToken: await tokenOf(WEB, "openid email") }));
    await expect(without).rejects.toThrow("Access Token does not have required scopes");
    const secret = await setUp(await tokenOf(SELF, SELF.scopes.join(" ")));
    expect((await byPassword()).ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
    expect(secret).not.toBe("");
  });

  it("needs a code of the new app before it counts, and leaves the old one until then", async () => {
    const AccessToken = await token();
    for (const Enabled of [true, false]) {
      const settings = { AccessToken, SoftwareTokenMfaSettings: { Enabled } };
      await expect(own.send(new SetUserMFAPreferenceCommand(settings))).rejects.toThrow("has not verified");
    }
    const byText = own.send(new SetUserMFAPreferenceCommand({ AccessToken, SMSMfaSettings: { Enabled: true } }));
    await expect(byText).rejects.toMatchObject({ name: "InvalidParameterException" });
    const secret = await setUp(AccessToken);
    await own.send(new AssociateSoftwareTokenCommand({ AccessToken }));
    const wrong = own.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: totp(secret, now()) }));
    await expect(wrong).rejects.toMatchObject({ name: "EnableSoftwareTokenMFAException" });
    for (const UserCode of ["12345", "1234567", "12345x"]) {
      const noCode = own.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }));
      await expect(noCode).rejects.toMatchObject({ name: "InvalidParameterException" });
    }
    const { Session } = await byPassword();
    expect((await respond(Session!, totp(secret, now()))).AuthenticationResult).toBeDefined();
  });

  it("cannot be guessed: wrong codes lock, and the password alone opens nothing", async () => {
    await setUp(await token());
    for (let attempt = 0; attempt < 5; attempt++) {
      const { Session } = await byPassword();
      await expect(respond(Session!, "000000")).rejects.toMatchObject({ name: "CodeMismatchException" });
    }
    await expect(byPassword()).rejects.toThrow("Password attempts exceeded");
  });

  it("ends with its session after three minutes", async () => {
    const secret = await setUp(await token());
    const { Session } = await byPassword();
    await pass(running.clock, 181);
    await expect(respond(Session!, totp(secret, now()))).rejects.toThrow("session is expired");
  });

  it("is waited for on the page for three minutes, and then the password is asked for anew", async () => {
    const secret = await setUp(await token());
    const browser = await running.browser().open("/oauth2/authorize", authorization(pkce().challenge));
    const { title } = browser;
    await browser.submit({ email, password: PASSWORD });
    await pass(running.clock, 181);
    await browser.submit({ code: totp(secret, now()) });
    expect([browser.title, browser.left]).toEqual([title, undefined]);
  });

  it("is taken off by its user, or by an operator for whoever lost their phone", async () => {
    const AccessToken = await token();
    const off = { SoftwareTokenMfaSettings: { Enabled: false } };
    await setUp(AccessToken);
    await own.send(new SetUserMFAPreferenceCommand({ AccessToken, ...off }));
    expect((await byPassword()).AuthenticationResult).toBeDefined();
    await own.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true } }));
    expect((await byPassword()).ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
    const of = { UserPoolId: POOL.id, Username: email };
    await running.api().send(new AdminSetUserMFAPreferenceCommand({ ...of, ...off }));
    expect((await byPassword()).AuthenticationResult).toBeDefined();
  });

  it("is described with the pool, and refused by one that has none", async () => {
    const { UserPool } = await running.api().send(new DescribeUserPoolCommand({ UserPoolId: POOL.id }));
    expect(UserPool!.MfaConfiguration).toBe("OPTIONAL");
    const AccessToken = await token();
    await expect(own.send(new AssociateSoftwareTokenCommand({ AccessToken: `${AccessToken}x` }))).rejects.toThrow(
      "Invalid Access Token",
    );
    await pass(running.clock, WEB.accessTokenSeconds);
    await expect(own.send(new GetUserCommand({ AccessToken }))).rejects.toThrow("Access Token has expired");
  });
});
