import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  type AdminInitiateAuthCommandInput,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListGroupsCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send, sign } from "../gate/wire.ts";
import { BACK, decode, OTHER, PASSWORD, pass, type RunningPool, refresh, startPool, tokensOf, WEB } from "./support.ts";

let running: RunningPool;
let api: CognitoIdentityProviderClient;
let UserPoolId: string;
beforeAll(async () => {
  running = await startPool();
  api = running.api();
  UserPoolId = running.pool.id;
});
afterAll(() => running.remove());

const of = (Username: string) => ({ UserPoolId, Username });
const create = (Username: string, more = {}) => api.send(new AdminCreateUserCommand({ ...of(Username), ...more }));
const attributes = (list: { Name?: string; Value?: string }[] = []) =>
  Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));

describe("AdminCreateUser", () => {
  it("makes a user who has to change the password, which stands in the log", async () => {
    const { User } = await create("Made@Example.com", {
      UserAttributes: [
        { Name: "email", Value: "made@example.com" },
        { Name: "email_verified", Value: "True" },
        { Name: "name", Value: "Mädë" },
      ],
    });
    const sub = User!.Username!;
    expect(User).toEqual({
      Username: sub,
      Attributes: expect.any(Array),
      Enabled: true,
      UserStatus: "FORCE_CHANGE_PASSWORD",
      UserCreateDate: new Date(running.clock.now()),
      UserLastModifiedDate: new Date(running.clock.now()),
    });
    expect(sub).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(attributes(User!.Attributes)).toEqual({
      sub,
      email: "made@example.com",
      email_verified: "true",
      name: "Mädë",
    });
    const { message } = running.log.find((entry) => entry.email === "made@example.com")!;
    const [, TemporaryPassword = ""] = /^temporary password for made@example.com: (.{12,})$/.exec(message)!;
    const AuthParameters = { USERNAME: sub, PASSWORD: TemporaryPassword };
    const challenge = await initiate({ AuthParameters });
    expect(challenge).toMatchObject({
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      ChallengeParameters: { USER_ID_FOR_SRP: sub },
      Session: expect.any(String),
    });
    expect(challenge.AuthenticationResult).toBeUndefined();
    await pass(running.clock, 7 * 24 * 3600);
    api = running.api();
    await expect(initiate({ AuthParameters })).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Temporary password has expired and must be reset by an administrator.",
    });
    await create("made@example.com", { MessageAction: "RESEND", TemporaryPassword: "Another-1" });
    expect(await initiate({ AuthParameters: { USERNAME: sub, PASSWORD: "Another-1" } })).toHaveProperty("Session");
  });

  it("gives another sub to whoever has the address next, the same ones in every fresh pool", async () => {
    const made = async (pool: RunningPool) => {
      const client = pool.api();
      const user = (Username: string) => ({ UserPoolId: pool.pool.id, Username });
      const subs: (string | undefined)[] = [];
      for (const address of ["again@example.com", "AGAIN@example.com", "again@Example.com"]) {
        const { User } = await client.send(new AdminCreateUserCommand({ ...user(address), MessageAction: "SUPPRESS" }));
        subs.push(User!.Username);
        // The id of an earlier user finds no user any more.
        if (subs.length > 1)
          await expect(client.send(new AdminGetUserCommand(user(subs[0]!)))).rejects.toThrow("User does not exist.");
        await client.send(new AdminDeleteUserCommand(user(address)));
      }
      return subs;
    };
    const subs = await made(running);
    expect(new Set(subs).size).toBe(3);
    const other = await startPool();
    expect(await made(other)).toEqual(subs);
    await other.remove();
  });

  it("keeps a password out of the log when asked to", async () => {
    await create("again@example.com", { MessageAction: "SUPPRESS" });
    expect(running.log.filter((entry) => entry.email === "again@example.com")).toEqual([]);
  });

  it.each<[string, string, object, string, RegExp]>([
    ["one who is there", "made@example.com", {}, "UsernameExistsException", /^User account already exists$/],
    ["no address", "made", {}, "InvalidParameterException", /^Username should be an email\.$/],
    ["a weak password", "x@example.com", { TemporaryPassword: "weak" }, "InvalidPasswordException", /not long enough$/],
    [
      "blanks around it",
      "x@example.com",
      { TemporaryPassword: " Dropclip-2026" },
      "InvalidParameterException",
      /password/,
    ],
    ["a resend to nobody", "x@example.com", { MessageAction: "RESEND" }, "UserNotFoundException", /does not exist/],
    [
      "an attribute of no schema",
      "x@example.com",
      { UserAttributes: [{ Name: "custom:age", Value: "7" }] },
      "InvalidParameterException",
      /custom:age/,
    ],
    [
      "a sub of its own",
      "x@example.com",
      { UserAttributes: [{ Name: "sub", Value: "7" }] },
      "InvalidParameterException",
      /non-mutable attribute sub$/,
    ],
    [
      "another address",
      "x@example.com",
      { UserAttributes: [{ Name: "email", Value: "y@example.com" }] },
      "InvalidParameterException",
      /same as username/,
    ],
  ])("refuses %s", async (_, username, more, name, message) => {
    await expect(create(username, more)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it("makes one of many at the same time", async () => {
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => create("race@example.com")));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("a user", () => {
  it("is found by address and by sub", async () => {
    const sub = await running.user("found@example.com");
    for (const name of ["found@example.com", "FOUND@example.com", sub]) {
      const user = await api.send(new AdminGetUserCommand(of(name)));
      expect(user).toMatchObject({ Username: sub, Enabled: true, UserStatus: "CONFIRMED" });
      expect(attributes(user.UserAttributes)).toEqual({ sub, email: "found@example.com", email_verified: "false" });
    }
  });

  it("who is gone is not found", async () => {
    await running.user("gone@example.com", "fan");
    await api.send(new AdminDeleteUserCommand(of("gone@example.com")));
    const refused = { name: "UserNotFoundException", message: "User does not exist." };
    for (const command of [
      new AdminGetUserCommand(of("gone@example.com")),
      new AdminDeleteUserCommand(of("gone@example.com")),
      new AdminSetUserPasswordCommand({ ...of("gone@example.com"), Password: PASSWORD }),
      new AdminAddUserToGroupCommand({ ...of("gone@example.com"), GroupName: "fan" }),
      new AdminUserGlobalSignOutCommand(of("gone@example.com")),
    ]) {
      await expect(api.send(command as AdminGetUserCommand)).rejects.toMatchObject(refused);
    }
    await running.user("gone@example.com");
    expect((await api.send(new AdminListGroupsForUserCommand(of("gone@example.com")))).Groups).toEqual([]);
  });

  it("takes a password of the policy only", async () => {
    await running.user("pass@example.com");
    const set = (Password: string) =>
      api.send(new AdminSetUserPasswordCommand({ ...of("pass@example.com"), Password }));
    await expect(set("dropclip")).rejects.toMatchObject({ name: "InvalidPasswordException" });
    await set("Dropclip-2");
    expect((await api.send(new AdminGetUserCommand(of("pass@example.com")))).UserStatus).toBe("FORCE_CHANGE_PASSWORD");
  });
});

describe("groups", () => {
  it("have members, who are told in their order of precedence", async () => {
    await running.user("member@example.com", "fan", "creative", "fan");
    const mine = () => api.send(new AdminListGroupsForUserCommand(of("member@example.com")));
    expect((await mine()).Groups).toMatchObject([
      { GroupName: "creative", Precedence: 1, Description: "Runs events", UserPoolId },
      { GroupName: "fan", Precedence: 10, CreationDate: expect.any(Date) },
    ]);
    const in_ = { UserPoolId, GroupName: "creative" };
    expect((await api.send(new ListUsersInGroupCommand(in_))).Users).toMatchObject([{ UserStatus: "CONFIRMED" }]);
    await api.send(new AdminRemoveUserFromGroupCommand({ ...of("member@example.com"), GroupName: "creative" }));
    await api.send(new AdminRemoveUserFromGroupCommand({ ...of("member@example.com"), GroupName: "creative" }));
    expect((await mine()).Groups).toHaveLength(1);
    expect((await api.send(new ListUsersInGroupCommand(in_))).Users).toEqual([]);
  });

  it("are the infrastructure's", async () => {
    const { Groups, NextToken } = await api.send(new ListGroupsCommand({ UserPoolId, Limit: 1 }));
    expect(Groups).toMatchObject([{ GroupName: "fan" }]);
    expect((await api.send(new ListGroupsCommand({ UserPoolId, NextToken }))).Groups).toMatchObject([
      { GroupName: "creative" },
    ]);
    const unknown = { ...of("found@example.com"), GroupName: "admin" };
    await expect(api.send(new AdminAddUserToGroupCommand(unknown))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Group not found.",
    });
  });
});

describe("ListUsers", () => {
  it.each([
    ['email = "found@example.com"', 1],
    ['email = "FOUND@example.com"', 1],
    ['email ^= "fou"', 1],
    ['"email" = "nobody@example.com"', 0],
    ['cognito:user_status = "FORCE_CHANGE_PASSWORD"', 4],
    ['name = "Mädë"', 1],
    ['email = "a\\"b"', 0],
  ])("finds by %s", async (Filter, count) => {
    expect((await api.send(new ListUsersCommand({ UserPoolId, Filter }))).Users).toHaveLength(count);
  });

  it("goes page by page, with the attributes asked for", async () => {
    const names: unknown[] = [];
    let PaginationToken: string | undefined;
    do {
      const page = await api.send(
        new ListUsersCommand({ UserPoolId, Limit: 2, AttributesToGet: ["email"], PaginationToken }),
      );
      names.push(...page.Users!.map(({ Attributes }) => Attributes![0]!.Value));
      expect(page.Users!.every(({ Attributes }) => Attributes!.length === 1)).toBe(true);
      PaginationToken = page.PaginationToken;
    } while (PaginationToken);
    expect(names).toEqual([...new Set(names)]);
    expect(names).toContain("member@example.com");
  });

  it.each([{ Filter: "email" }, { Filter: 'constructor = "x"' }, { Limit: 61 }, { PaginationToken: "?" }])(
    "refuses %j",
    async (more) => {
      await expect(api.send(new ListUsersCommand({ UserPoolId, ...more }))).rejects.toMatchObject({
        name: "InvalidParameterException",
      });
    },
  );
});

const initiate = (more: Partial<AdminInitiateAuthCommandInput>) => {
  const AuthFlow = "ADMIN_USER_PASSWORD_AUTH" as const;
  return api.send(new AdminInitiateAuthCommand({ UserPoolId, ClientId: WEB.id, AuthFlow, ...more }));
};

describe("AdminInitiateAuth", () => {
  const good = { USERNAME: "auth@example.com", PASSWORD };

  it("gives tokens for the API, and renews them", async () => {
    const sub = await running.user("auth@example.com", "fan");
    const { AuthenticationResult, ChallengeName } = await initiate({ AuthParameters: good });
    expect(ChallengeName).toBeUndefined();
    expect(AuthenticationResult).toMatchObject({ ExpiresIn: WEB.accessTokenSeconds, TokenType: "Bearer" });
    const now = Math.floor(running.clock.now() / 1000);
    const access = decode(AuthenticationResult!.AccessToken!).claims;
    expect(access).toEqual({
      sub,
      "cognito:groups": ["fan"],
      iss: running.issuer,
      client_id: WEB.id,
      origin_jti: expect.any(String),
      event_id: expect.any(String),
      token_use: "access",
      scope: "aws.cognito.signin.user.admin",
      auth_time: now,
      exp: now + WEB.accessTokenSeconds,
      iat: now,
      jti: expect.any(String),
      username: sub,
    });
    const id = decode(AuthenticationResult!.IdToken!).claims;
    expect(id).toMatchObject({ aud: WEB.id, email: "auth@example.com", token_use: "id", "cognito:username": sub });
    expect(id).not.toHaveProperty("nonce");
    const { RefreshToken = "" } = AuthenticationResult!;
    await pass(running.clock, 5);
    const renew = { AuthFlow: "REFRESH_TOKEN_AUTH" as const, AuthParameters: { REFRESH_TOKEN: RefreshToken } };
    const renewed = (await initiate(renew)).AuthenticationResult!;
    expect(renewed.RefreshToken).toBeUndefined();
    expect(decode(renewed.AccessToken!).claims).toMatchObject({
      origin_jti: access.origin_jti,
      auth_time: now,
      iat: now + 5,
    });
    const { status, body } = await refresh(running, RefreshToken);
    expect([status, decode(body.access_token).claims.scope]).toEqual([200, access.scope]);
    expect(decode(body.id_token).claims.email).toBe("auth@example.com");
    await api.send(new AdminUserGlobalSignOutCommand(of("auth@example.com")));
    await expect(initiate(renew)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid Refresh Token",
    });
  });

  it("renews what the sign-in pages gave", async () => {
    const { refresh_token } = await tokensOf(running, "auth@example.com");
    const renew = (ClientId: string) =>
      initiate({ ClientId, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: refresh_token } });
    const { AuthenticationResult } = await renew(WEB.id);
    expect(decode(AuthenticationResult!.AccessToken!).claims.scope).toBe("openid email profile");
    await expect(renew(OTHER.id)).rejects.toMatchObject({ name: "NotAuthorizedException" });
  });

  it.each<[string, Partial<AdminInitiateAuthCommandInput>, string, string]>([
    [
      "a wrong password",
      { AuthParameters: { ...good, PASSWORD: "x" } },
      "NotAuthorizedException",
      "Incorrect username or password.",
    ],
    [
      "an unknown user",
      { AuthParameters: { ...good, USERNAME: "x" } },
      "NotAuthorizedException",
      "Incorrect username or password.",
    ],
    [
      "an unknown user, where the client may tell",
      { ClientId: BACK.id, AuthParameters: { ...good, USERNAME: "x" } },
      "UserNotFoundException",
      "User does not exist.",
    ],
    [
      "no password",
      { AuthParameters: { USERNAME: "x" } },
      "InvalidParameterException",
      "Missing required parameter PASSWORD",
    ],
    ["no parameters", {}, "InvalidParameterException", "Missing required parameter USERNAME"],
    [
      "an unknown client",
      { ClientId: "nobody" },
      "ResourceNotFoundException",
      "User pool client nobody does not exist.",
    ],
    [
      "a flow the client has not got",
      { AuthFlow: "USER_SRP_AUTH" },
      "InvalidParameterException",
      "Auth flow not enabled for this client",
    ],
    [
      "a made-up refresh token",
      { AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: "x" } },
      "NotAuthorizedException",
      "Invalid Refresh Token",
    ],
  ])("refuses %s", async (_, more, name, message) => {
    await expect(initiate(more)).rejects.toMatchObject({ name, message });
  });
});

describe("the pool", () => {
  it("is described as the infrastructure has it", async () => {
    const { UserPool } = await api.send(new DescribeUserPoolCommand({ UserPoolId }));
    expect(UserPool).toMatchObject({
      Id: UserPoolId,
      Arn: running.pool.arn,
      Domain: "dropclip-test",
      UsernameAttributes: ["email"],
      MfaConfiguration: "OFF",
      Policies: { PasswordPolicy: { MinimumLength: 8, RequireSymbols: false } },
      LambdaConfig: { PostConfirmation: running.pool.postConfirmationArn },
    });
    const { UserPools } = await api.send(new ListUserPoolsCommand({ MaxResults: 10 }));
    expect(UserPools).toMatchObject([{ Id: UserPoolId, Name: "dropclip-test" }]);
    const { UserPoolClients } = await api.send(new ListUserPoolClientsCommand({ UserPoolId }));
    expect(UserPoolClients).toContainEqual({ ClientId: WEB.id, ClientName: "web", UserPoolId });
    const { UserPoolClient } = await api.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId: WEB.id }));
    expect(UserPoolClient).toMatchObject({
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: WEB.scopes,
      CallbackURLs: WEB.callbackUrls,
      AccessTokenValidity: 900,
      TokenValidityUnits: { AccessToken: "seconds" },
      PreventUserExistenceErrors: "ENABLED",
    });
    expect(UserPoolClient!.ClientSecret).toBeUndefined();
  });

  it.each([
    ["eu-west-1_Nowhere12", "ResourceNotFoundException", "User pool eu-west-1_Nowhere12 does not exist."],
    ["nowhere!", "InvalidParameterException", expect.stringContaining("[\\w-]+_[0-9a-zA-Z]+")],
  ])("%s is not there", async (id, name, message) => {
    await expect(api.send(new DescribeUserPoolCommand({ UserPoolId: id }))).rejects.toMatchObject({ name, message });
  });

  it("cannot be made or changed", async () => {
    await expect(api.send(new CreateUserPoolCommand({ PoolName: "x" }))).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: "CreateUserPool is not part of the local cloud's Cognito",
    });
  });
});

describe("every operation", () => {
  it("asks for its own permission on the pool", async () => {
    running.asked.length = 0;
    await api.send(new ListGroupsCommand({ UserPoolId }));
    await api.send(new AdminListGroupsForUserCommand(of("auth@example.com")));
    await api.send(new ListUserPoolsCommand({ MaxResults: 1 }));
    expect(running.asked.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `cognito-idp:ListGroups ${running.pool.arn}`,
      `cognito-idp:AdminListGroupsForUser ${running.pool.arn}`,
      "cognito-idp:ListUserPools *",
    ]);
  });

  it("is refused without it, before anything is told or done", async () => {
    const denied = await startPool({ allow: () => false });
    const role = denied.credentials.assumeRole("arn:aws:iam::111122223333:role/fan", "s");
    const client = denied.api({ credentials: role as Required<typeof role> });
    const command = new AdminGetUserCommand({ UserPoolId: denied.pool.id, Username: "x" });
    await expect(client.send(command)).rejects.toMatchObject({ name: "AccessDenied" });
    await denied.remove();
  });

  it("answers errors in the shape of a JSON service", async () => {
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.AdminGetUser",
    };
    const post = async (body: string) => {
      const signed = await sign(running, { method: "POST", path: "/", service: "cognito-idp", headers, body });
      const answer = await send(running, signed.target, { ...signed, body });
      return [answer.status, answer.headers["x-amzn-errortype"], JSON.parse(answer.text)];
    };
    const code = "InvalidParameterException";
    const message =
      "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must not be null";
    expect(await post(JSON.stringify({ UserPoolId }))).toEqual([400, `${code}:`, { __type: code, message }]);
    expect((await post("[]"))[2]).toMatchObject({ __type: "SerializationException" });
    const unsigned = await fetch(running.url, { method: "POST", headers, body: "{}" });
    expect([unsigned.status, await unsigned.json()]).toMatchObject([
      400,
      { __type: "MissingAuthenticationTokenException" },
    ]);
  });
});
