import type { JsonService } from "../../protocol/json.ts";
import type { CognitoState } from "../context.ts";
import { adminAddUserToGroup } from "./admin-add-user-to-group.ts";
import { adminConfirmSignUp } from "./admin-confirm-sign-up.ts";
import { adminCreateUser } from "./admin-create-user.ts";
import { adminDeleteUser } from "./admin-delete-user.ts";
import { adminGetUser } from "./admin-get-user.ts";
import { adminInitiateAuth } from "./admin-initiate-auth.ts";
import { adminListGroupsForUser } from "./admin-list-groups-for-user.ts";
import { adminRemoveUserFromGroup } from "./admin-remove-user-from-group.ts";
import { adminRespondToAuthChallenge } from "./admin-respond-to-auth-challenge.ts";
import { adminSetUserMfaPreference } from "./admin-set-user-mfa-preference.ts";
import { adminSetUserPassword } from "./admin-set-user-password.ts";
import { adminUserGlobalSignOut } from "./admin-user-global-sign-out.ts";
import { associateSoftwareToken } from "./associate-software-token.ts";
import { describeManagedLoginBrandingByClient } from "./describe-managed-login-branding-by-client.ts";
import { describeUserPool } from "./describe-user-pool.ts";
import { describeUserPoolClient } from "./describe-user-pool-client.ts";
import { describeUserPoolDomain } from "./describe-user-pool-domain.ts";
import { getUser } from "./get-user.ts";
import { listGroups } from "./list-groups.ts";
import { listUserPoolClients } from "./list-user-pool-clients.ts";
import { listUserPools } from "./list-user-pools.ts";
import { listUsers } from "./list-users.ts";
import { listUsersInGroup } from "./list-users-in-group.ts";
import { setUserMfaPreference } from "./set-user-mfa-preference.ts";
import { verifySoftwareToken } from "./verify-software-token.ts";

export const OPERATIONS: JsonService<CognitoState>["operations"] = {
  AdminAddUserToGroup: adminAddUserToGroup,
  AdminConfirmSignUp: adminConfirmSignUp,
  AdminCreateUser: adminCreateUser,
  AdminDeleteUser: adminDeleteUser,
  AdminGetUser: adminGetUser,
  AdminInitiateAuth: adminInitiateAuth,
  AdminListGroupsForUser: adminListGroupsForUser,
  AdminRemoveUserFromGroup: adminRemoveUserFromGroup,
  AdminRespondToAuthChallenge: adminRespondToAuthChallenge,
  AdminSetUserMFAPreference: adminSetUserMfaPreference,
  AdminSetUserPassword: adminSetUserPassword,
  AdminUserGlobalSignOut: adminUserGlobalSignOut,
  DescribeUserPool: describeUserPool,
  AssociateSoftwareToken: associateSoftwareToken,
  DescribeManagedLoginBrandingByClient: describeManagedLoginBrandingByClient,
  DescribeUserPoolClient: describeUserPoolClient,
  DescribeUserPoolDomain: describeUserPoolDomain,
  GetUser: getUser,
  ListGroups: listGroups,
  ListUserPoolClients: listUserPoolClients,
  ListUserPools: listUserPools,
  ListUsers: listUsers,
  ListUsersInGroup: listUsersInGroup,
  SetUserMFAPreference: setUserMfaPreference,
  VerifySoftwareToken: verifySoftwareToken,
};

/** What a user does with their own access token, without AWS credentials. */
export const UNSIGNED = ["AssociateSoftwareToken", "GetUser", "SetUserMFAPreference", "VerifySoftwareToken"];
