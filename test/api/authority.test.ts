import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { seededUser } from "@dropclip/cli/demo";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, apiOf, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { tokensOf } from "./identities.ts";
import { bodyOf, expectProblem, operations, published, tiny } from "./support.ts";

/** Reversible: the media itself stays, and can be put back. Leaving is everybody's right, and has a test of its own. */
const NOT_ASKED = new Set(["removeCollectionMedia", "deleteMe"]);

/** Every user may do this with media that the public sees. */
const OF_THE_PUBLIC = new Set(["reportMedia"]);

let cloud: TestCloud;
/** The same person, removed from the group of creatives: by the token of before, and by one of now. */
let before: Api;
let now: Api;
/** Who is a creative still. */
let things: { eventId: string; uploadId: string; collectionId: string };

beforeAll(async () => {
  cloud = await testCloud();
  before = apiOf(cloud.api, (await tokensOf(cloud, "creative")).access);
  const past = { opensAt: "2020-01-01T00:00:00Z", closesAt: "2020-01-02T00:00:00Z" };
  const { eventId } = bodyOf(await before("POST", "/events", { title: "The night" }), 201);
  const { uploadId } = await published(cloud, { eventId });
  bodyOf(await before("PATCH", `/events/${eventId}`, past));
  const { collectionId } = bodyOf(await before("POST", "/collections", { title: "Best" }), 201);
  things = { eventId, uploadId, collectionId };

  const { region, credentials, endpoints, issuer } = cloud;
  const cognito = new CognitoIdentityProvider({ region, credentials, endpoint: endpoints["cognito-idp"] });
  const user = { UserPoolId: new URL(issuer).pathname.slice(1), Username: seededUser("creative")!.email };
  await cognito.adminRemoveUserFromGroup({ ...user, GroupName: "creative" });
  await cognito.adminAddUserToGroup({ ...user, GroupName: "fan" });
  cognito.destroy();
  now = apiOf(cloud.api, (await tokensOf(cloud, "creative")).access);
});
afterAll(() => cloud.dispose());

const placeOf = (path: string) =>
  path.replace(
    /\{(\w+)\}/g,
    (_, name) => ({ ...things, mediaId: "image1", reportId: things.eventId })[name as keyof typeof things] ?? "",
  );

/** Ids of all users of the pool. */
async function people() {
  const { region, credentials, endpoints, issuer } = cloud;
  const cognito = new CognitoIdentityProvider({ region, credentials, endpoint: endpoints["cognito-idp"] });
  const { Users = [] } = await cognito.listUsers({ UserPoolId: new URL(issuer).pathname.slice(1) });
  cognito.destroy();
  return Users.map(({ Username }) => Username);
}

/** Everything is as it was. */
async function expectUntouched() {
  expect((await cloud.call("GET", `/events/${things.eventId}`)).status).toBe(200);
  expect((await cloud.call("GET", `/uploads/${things.uploadId}`)).body.status).toBe("complete");
  expect((await cloud.call("GET", `/collections/${things.collectionId}`)).status).toBe(200);
}

it("leaves who was taken out of the group no right of a creative, in any operation", async () => {
  for (const { operationId, method, path, access } of operations) {
    if (access === "creative") {
      const body = method === "GET" || method === "DELETE" ? undefined : {};
      expectProblem(await now(method, placeOf(path), body), 403, "access.group_missing");
    } else if (access === "user" && path.startsWith("/uploads/{uploadId}") && !OF_THE_PUBLIC.has(operationId)) {
      const body = operationId === "signUpload" ? { mediaId: "image1", operation: "PutObject" } : undefined;
      expectProblem(await now(method, placeOf(path), body), 404, "upload.not_found");
    }
  }
  await expectUntouched();
});

it("takes uploads to a closed event from its creative, and from who was it as from any fan", async () => {
  expectProblem(await now("POST", `/events/${things.eventId}/uploads`, tiny), 409, "event.closed");
});

it("asks the user pool before what cannot be undone, however good the token is", async () => {
  const asked: string[] = [];
  for (const { operationId, method, path, access } of operations) {
    if (method !== "DELETE" || access === "public" || NOT_ASKED.has(operationId)) continue;
    const answer = await before(method, placeOf(path));
    // As any fan they may delete what is theirs; what is of their event is not.
    if (access === "creative") expectProblem(answer, 403, "access.group_missing");
    else if (path.includes("{")) expectProblem(answer, 404, "upload.not_found");
    asked.push(operationId);
  }
  const { eventId, uploadId } = things;
  for (const answer of [
    await before("POST", `/events/${eventId}/flyer`, { name: "flyer.png", bytes: 100 }),
    await before("GET", `/uploads/${uploadId}/media/image1/preview`),
    await before("POST", `/events/${eventId}/review/refuse`, { media: [{ uploadId }] }),
  ])
    expectProblem(answer, 403, "access.group_missing");
  expect(asked).toEqual(expect.arrayContaining(["deleteUpload", "deleteEvent", "deleteCollection"]));
  await expectUntouched();
});

it("takes away what is theirs from who leaves, and not the events that were theirs as a creative", async () => {
  expectProblem(await now("DELETE", "/me?events=delete"), 403, "access.group_missing");
  expectProblem(await before("DELETE", "/me?events=delete"), 403, "access.group_missing");
  expect((await now("GET", "/me")).status).toBe(200);
  expect((await now("DELETE", "/me")).status).toBe(204);
  await eventually(async () => expect(await people()).not.toContain(cloud.creativeId));
  await expectUntouched();
});

it("answers nothing that cannot be undone to who is no longer in the pool", async () => {
  const { region, credentials, endpoints, issuer } = cloud;
  const cognito = new CognitoIdentityProvider({ region, credentials, endpoint: endpoints["cognito-idp"] });
  const { access } = await tokensOf(cloud, "other-fan");
  await cognito.adminDeleteUser({
    UserPoolId: new URL(issuer).pathname.slice(1),
    Username: seededUser("other-fan")!.email,
  });
  cognito.destroy();
  expectProblem(await apiOf(cloud.api, access)("DELETE", `/uploads/${things.uploadId}`), 403, "access.group_missing");
});
