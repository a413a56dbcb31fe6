import type { Input } from "../../protocol/json.ts";
import { authorizedQueue, type Operation } from "../context.ts";
import { type MessageAttributes, md5, md5OfAttributes } from "../md5.ts";
import type { Message } from "../messages.ts";
import { receiptHandle } from "../receipt.ts";
import { LONGEST_VISIBILITY_SECONDS, within } from "../visibility.ts";

const SECOND = 1000;

export const receiveMessage: Operation = async (service, input, call) => {
  const queue = authorizedQueue(service, input, call, "ReceiveMessage");
  const { messages, world } = service;
  const count = within(input, "MaxNumberOfMessages", 1, 10, 1);
  const visibility = within(input, "VisibilityTimeout", 0, LONGEST_VISIBILITY_SECONDS, queue.visibilityTimeoutSeconds);
  const endMs = world.clock.now() + within(input, "WaitTimeSeconds", 0, 20, 0) * SECOND;
  const left = new AbortController();
  call.response.once("close", () => left.abort());
  const signal = AbortSignal.any([left.signal, service.stopped]);
  let found = messages.take(queue, count, visibility);
  while (found.length === 0 && world.clock.now() < endMs && !signal.aborted) {
    await messages.wait(queue, endMs - world.clock.now(), signal);
    // A client that has gone would lose what it took until it is visible again.
    if (!signal.aborted) found = messages.take(queue, count, visibility);
  }
  service.activity.received(queue, found.length);
  if (found.length === 0) return {};
  return { Messages: found.map((message) => present(message, input, world.uuid())) };
};

function present(message: Message, input: Input, nonce: string) {
  const attributes = chosen(message.attributes, input.MessageAttributeNames);
  const system = systemAttributes(message, [
    ...(input.AttributeNames ?? []),
    ...(input.MessageSystemAttributeNames ?? []),
  ]);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle(message.id, nonce),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(system).length > 0 ? { Attributes: system } : {}),
    ...(digest ? { MD5OfMessageAttributes: digest, MessageAttributes: attributes } : {}),
  };
}

/** The attributes a caller asks for: `All`, `.*`, `prefix.*` or a name. */
function chosen(attributes: MessageAttributes, names: unknown): MessageAttributes {
  const wanted = Array.isArray(names) ? names.map(String) : [];
  const matches = (name: string) =>
    wanted.some(
      (want) => want === "All" || want === name || (want.endsWith(".*") && name.startsWith(want.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => matches(name)));
}

function systemAttributes(message: Message, names: unknown[]): Record<string, string> {
  const all: Record<string, string> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceiveMs),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes("All") || names.includes(name)));
}
