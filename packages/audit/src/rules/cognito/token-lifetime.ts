import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

const MINUTES: Record<string, number> = { seconds: 1 / 60, minutes: 1, hours: 60, days: 24 * 60 };
const ACCESS_MINUTES = 60;
const REFRESH_DAYS = 30;

export const tokenLifetime: Rule = {
  id: "own/token-lifetime",
  title: "Access tokens live for an hour at most, refresh tokens for 30 days, and they can be revoked",
  severity: "medium",
  types: [TYPE.userPoolClient],
  page: awsPage("cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html"),
  check: ({ inputs: { tokenValidityUnits: units = {}, ...inputs } }) => {
    const access = (inputs.accessTokenValidity ?? 1) * MINUTES[units.accessToken ?? "hours"]!;
    const refresh = (inputs.refreshTokenValidity ?? REFRESH_DAYS) * MINUTES[units.refreshToken ?? "days"]!;
    return [
      ...when(access > ACCESS_MINUTES, `access tokens live for ${access} minutes`),
      ...when(refresh > REFRESH_DAYS * MINUTES.days!, `refresh tokens live for ${refresh / MINUTES.days!} days`),
      ...when(inputs.enableTokenRevocation === false, "refresh tokens cannot be revoked"),
    ];
  },
};
