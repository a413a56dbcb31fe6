import { AdminAddUserToGroupCommand, CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { parse } from "@dropclip/core/fn";
import * as v from "valibot";
import { lazily } from "../aws/lazily.ts";
import { logger } from "../log.ts";

const cognito = lazily(() => new CognitoIdentityProviderClient({}));

const Event = v.looseObject({ triggerSource: v.string(), userPoolId: v.string(), userName: v.string() });

/** Cognito's trigger "Post confirmation": a user who signs up becomes a fan. Operators make creatives. */
export async function handler(event: unknown) {
  const { triggerSource, userPoolId, userName } = parse(Event, event);
  // The same trigger is called after a password reset.
  if (triggerSource === "PostConfirmation_ConfirmSignUp") {
    await cognito().send(
      new AdminAddUserToGroupCommand({ UserPoolId: userPoolId, Username: userName, GroupName: "fan" }),
    );
    logger.info("a fan signed up", { userName });
  }
  // Cognito expects its event as the answer.
  return event;
}
