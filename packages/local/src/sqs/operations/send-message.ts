import { authorizedQueue, type Operation } from "../context.ts";
import { digests, readMessage } from "../new-message.ts";

export const sendMessage: Operation = (service, input, call) => {
  const queue = authorizedQueue(service, input, call, "SendMessage");
  const message = readMessage(input);
  const id = service.messages.add(queue, message.body, message.attributes, call.principal.arn, message.delaySeconds);
  service.activity.sent(queue, message.bytes);
  return { MessageId: id, ...digests(message) };
};
