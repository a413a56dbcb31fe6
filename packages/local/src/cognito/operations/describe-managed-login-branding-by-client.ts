import { DESCRIBED } from "@dropclip/synth/from-graph/types";
import { authorizedPool, date, type Operation, text } from "../context.ts";
import { notFound } from "../errors.ts";

export const describeManagedLoginBrandingByClient: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "DescribeManagedLoginBrandingByClient");
  const clientId = text(input, "ClientId");
  const found = service.settings
    .of(DESCRIBED.loginBranding)
    .find(({ inputs }) => inputs.userPoolId === pool.facts.id && inputs.clientId === clientId);
  if (!found) throw notFound("Managed login branding does not exist.");
  return {
    ManagedLoginBranding: {
      ManagedLoginBrandingId: found.id,
      UserPoolId: pool.facts.id,
      UseCognitoProvidedValues: found.inputs.useCognitoProvidedValues ?? false,
      CreationDate: date(pool.createdMs),
      LastModifiedDate: date(pool.createdMs),
    },
  };
};
