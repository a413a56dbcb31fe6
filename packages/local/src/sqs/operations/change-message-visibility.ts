import { authorizedQueue, type Operation } from "../context.ts";
import { hide } from "../visibility.ts";

export const changeMessageVisibility: Operation = (service, input, call) => {
  hide(service, authorizedQueue(service, input, call, "ChangeMessageVisibility"), input);
  return {};
};
