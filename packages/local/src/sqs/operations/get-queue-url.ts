import { authorized, type Operation, queueUrl } from "../context.ts";
import { missingParameter } from "../errors.ts";

export const getQueueUrl: Operation = ({ world, queues }, input, call) => {
  if (typeof input.QueueName !== "string") throw missingParameter("QueueName");
  const account = input.QueueOwnerAWSAccountId ?? world.account;
  return { QueueUrl: queueUrl(world, authorized(world, queues, call, "GetQueueUrl", account, input.QueueName)) };
};
