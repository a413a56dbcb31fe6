import { AwsError, type Call, type Service } from "../../world.ts";
import { adminCreateUser } from "./admin-create-user.ts";
import { adminInitiateAuth } from "./admin-initiate-auth.ts";
import {
  adminConfirmSignUp,
  adminDeleteUser,
  adminGetUser,
  adminSetUserPassword,
  adminUserGlobalSignOut,
} from "./admin-user.ts";
import { describeUserPool, describeUserPoolClient, listUserPoolClients, listUserPools } from "./describe.ts";
import {
  adminAddUserToGroup,
  adminListGroupsForUser,
  adminRemoveUserFromGroup,
  listGroups,
  listUsersInGroup,
} from "./groups.ts";
import { listUsers } from "./list-users.ts";
import type { Context, Input, Operation } from "./operation.ts";

const OPERATIONS: Record<string, Operation> = {
  AdminAddUserToGroup: adminAddUserToGroup,
  AdminConfirmSignUp: adminConfirmSignUp,
  AdminCreateUser: adminCreateUser,
  AdminDeleteUser: adminDeleteUser,
  AdminGetUser: adminGetUser,
  AdminInitiateAuth: adminInitiateAuth,
  AdminListGroupsForUser: adminListGroupsForUser,
  AdminRemoveUserFromGroup: adminRemoveUserFromGroup,
  AdminSetUserPassword: adminSetUserPassword,
  AdminUserGlobalSignOut: adminUserGlobalSignOut,
  DescribeUserPool: describeUserPool,
  DescribeUserPoolClient: describeUserPoolClient,
  ListGroups: listGroups,
  ListUserPoolClients: listUserPoolClients,
  ListUserPools: listUserPools,
  ListUsers: listUsers,
  ListUsersInGroup: listUsersInGroup,
};

const TARGET = "AWSCognitoIdentityProviderService.";

/** `cognito-idp` behind the gate. */
export function createService(context: Context): Service {
  return {
    name: "cognito-idp",
    async handle(call) {
      const target = String(call.request.headers["x-amz-target"] ?? "");
      const name = target.startsWith(TARGET) ? target.slice(TARGET.length) : target;
      if (!Object.hasOwn(OPERATIONS, name)) {
        const message = `${name || "This call"} is not part of the local cloud's Cognito`;
        throw new AwsError("UnknownOperationException", message, 400);
      }
      const answer = await OPERATIONS[name]!(context, parse(call.body), call);
      if (!call.response.destroyed) send(call, 200, answer);
    },
    fail(call, { code, message, status }) {
      const headers = { "x-amzn-errortype": `${code}:`, "x-amzn-errormessage": message.replace(/[^\x20-\x7e]/g, "?") };
      send(call, status, { __type: code, message }, headers);
    },
  };
}

function parse(body: Buffer): Input {
  try {
    const input = JSON.parse(body.toString() || "{}");
    if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Answered below, like anything else that is no object.
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object", 400);
}

function send({ response, requestId }: Call, status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.1",
    "content-length": Buffer.byteLength(text),
    "x-amzn-requestid": requestId,
    ...headers,
  });
  response.end(text);
}
