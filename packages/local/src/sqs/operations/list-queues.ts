import { type Operation, queueUrl } from "../context.ts";

export const listQueues: Operation = ({ world, queues }, input, call) => {
  world.authorize(call.principal, "sqs:ListQueues", "*");
  const found = queues.filter(({ name }) => name.startsWith(input.QueueNamePrefix ?? ""));
  return found.length > 0 ? { QueueUrls: found.map((queue) => queueUrl(world, queue)) } : {};
};
