import { authorizedQueue, type Operation } from "../context.ts";

export const purgeQueue: Operation = (service, input, call) => {
  service.messages.purge(authorizedQueue(service, input, call, "PurgeQueue"));
  return {};
};
