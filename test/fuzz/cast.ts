import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { SEEDED_PASSWORD } from "@dropclip/cli/demo";
import sharp from "sharp";
import { type Api, apiOf, sendFiles, type TestCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

export interface Member {
  group: "fan" | "creative";
  userId: string;
  token: string;
  /** Has nothing, and asks for nothing but that their account be deleted: nobody else's is. */
  leaves?: boolean;
}

/** Something that is there, and whose it is. What is kept is never deleted by its own people. */
export type Thing =
  | { kind: "eventId" | "collectionId"; id: string; creativeId: string; kept?: boolean }
  | { kind: "reportId"; id: string; creativeId: string; eventId: string; kept?: boolean }
  | {
      kind: "uploadId";
      id: string;
      creativeId: string;
      fanId: string;
      mediaIds: string[];
      kept?: boolean;
      waits: boolean;
    };

/** Who takes part, and what they have made so far. */
export interface Cast {
  members: Member[];
  things: Thing[];
  /** Places in lists, as they were given out. */
  cursors: string[];
  /** What was read last, by where. */
  etags: Map<string, string>;
}

const WINDOW = { opensAt: "2020-01-01T00:00:00Z", closesAt: "2120-01-01T00:00:00Z" };
const MIB = 1024 ** 2;

/**
 * `count` creatives, each with an event, a published photo and a collection that holds it, and as many fans, each with
 * files announced that are to be sent both ways; and as many of both who leave. So many that their calls a minute are
 * hardly used up.
 */
export async function assemble(cloud: TestCloud, count: number): Promise<Cast> {
  const cast: Cast = { members: [], things: [], cursors: [], etags: new Map() };
  const signUp = await userPool(cloud);
  const folder = mkdtempSync(join(tmpdir(), "dropclip-fuzz-"));
  const photo = join(folder, "photo.png");
  await sharp({ create: { width: 8, height: 8, channels: 3, background: "#123456" } })
    .png()
    .toFile(photo);
  for (let at = 0; at < count; at++) {
    const creative = await signUp("creative", `creative${at}@fuzz.example`);
    const fan = await signUp("fan", `fan${at}@fuzz.example`);
    cast.members.push(creative, fan);
    const [as, asFan] = [apiOf(cloud.api, creative.token), apiOf(cloud.api, fan.token)];
    const { eventId } = await made(as, "/events", { title: "Night", uploadsPerFan: 10_000, ...WINDOW });
    const { collectionId } = await made(as, "/collections", { title: "Best of" });
    const sent = await sendFiles(asFan, [photo], eventId);
    const files = [
      { name: "clip.mp4", bytes: 40 * MIB },
      { name: basename(photo), bytes: 8 },
    ];
    const waiting = await made(asFan, `/events/${eventId}/uploads`, { files });
    const creativeId = creative.userId;
    const uploads = { creativeId, fanId: fan.userId, kept: true, kind: "uploadId" as const };
    cast.things.push(
      { kind: "eventId", id: eventId, creativeId, kept: true },
      { kind: "collectionId", id: collectionId, creativeId, kept: true },
      { ...uploads, id: sent.uploadId, mediaIds: ["image1"], waits: false },
      { ...uploads, id: waiting.uploadId, mediaIds: ["video", "image1"], waits: true },
    );
    await published(as, sent.uploadId);
    await as("PUT", `/collections/${collectionId}/media/${sent.uploadId}/image1`);
    for (const call of [as, asFan]) {
      const { reportId: id } = await made(call, `/uploads/${sent.uploadId}/media/image1/reports`, { reason: "other" });
      cast.things.push({ kind: "reportId", id, creativeId, eventId });
    }
    for (const group of ["creative", "fan"] as const)
      cast.members.push({ ...(await signUp(group, `leaving-${group}${at}@fuzz.example`)), leaves: true });
  }
  rmSync(folder, { recursive: true });
  return cast;
}

async function made(as: Api, path: string, input: object) {
  const { status, body } = await as("POST", path, input);
  if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Signs people up in the cloud's user pool, as an operator does. */
async function userPool({ issuer, api, region, credentials, endpoints }: TestCloud) {
  const cognito = new CognitoIdentityProvider({ region, credentials, endpoint: endpoints["cognito-idp"] });
  const UserPoolId = issuer.split("/").at(-1)!;
  const { components } = (await (await fetch(`${api}/openapi.json`)).json()) as any;
  const ClientId = components.securitySchemes.user["x-clientId"];
  return async (group: Member["group"], email: string): Promise<Member> => {
    const user = { UserPoolId, Username: email };
    const UserAttributes = [{ Name: "email", Value: email }];
    await cognito.adminCreateUser({ ...user, UserAttributes, MessageAction: "SUPPRESS" });
    await cognito.adminSetUserPassword({ ...user, Password: SEEDED_PASSWORD, Permanent: true });
    await cognito.adminAddUserToGroup({ ...user, GroupName: group });
    const { AuthenticationResult } = await cognito.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: email, PASSWORD: SEEDED_PASSWORD },
    });
    const token = AuthenticationResult!.AccessToken!;
    const { sub } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
    return { group, userId: sub, token };
  };
}

const published = (as: Api, uploadId: string) =>
  eventually(async () => {
    const { status } = (await as("GET", `/uploads/${uploadId}`)).body;
    if (status !== "complete") throw new Error(`${uploadId} is still ${status}`);
  });
