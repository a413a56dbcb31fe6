import { authorizedPool, type Operation, page } from "../context.ts";

export const listUserPoolClients: Operation = (service, input, call) => {
  const { facts } = authorizedPool(service, input, call, "ListUserPoolClients");
  const { items, next } = page(facts.clients, input.MaxResults, input.NextToken);
  const UserPoolClients = items.map(({ id, name }) => ({ ClientId: id, ClientName: name, UserPoolId: facts.id }));
  return { UserPoolClients, ...(next && { NextToken: next }) };
};
