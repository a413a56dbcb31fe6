import type { Queue } from "@dropclip/synth/cloud";
import type { MetricOptions } from "../metric-sink.ts";
import type { World } from "../world.ts";
import type { Messages } from "./messages.ts";

/** "A queue is considered active for up to six hours from the last activity (for example, any API call)". */
const ACTIVE_MS = 6 * 60 * 60 * 1000;

/**
 * Reports on the queues in CloudWatch's namespace `AWS/SQS`, dimension `QueueName`.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export class Activity {
  readonly #world: World;
  readonly #queues: Queue[];
  readonly #messages: Messages;
  readonly #usedMs = new Map<string, number>();

  constructor(world: World, queues: Queue[], messages: Messages) {
    this.#world = world;
    this.#queues = queues;
    this.#messages = messages;
  }

  /** A call was made about the queue. */
  used({ name }: Queue) {
    this.#usedMs.set(name, this.#world.clock.now());
  }

  sent(queue: Queue, bytes: number) {
    this.used(queue);
    this.#put(queue, "NumberOfMessagesSent", 1);
    this.#put(queue, "SentMessageSize", bytes, { unit: "Bytes" });
  }

  received(queue: Queue, count: number) {
    this.#put(queue, "NumberOfMessagesReceived", count);
    this.#put(queue, "NumberOfEmptyReceives", count === 0 ? 1 : 0);
  }

  deleted(queue: Queue) {
    this.#put(queue, "NumberOfMessagesDeleted", 1);
  }

  /**
   * How full the queues in use are. One that nobody uses, with nothing in it, reports nothing. True when any was
   * reported.
   */
  measure(): boolean {
    let reported = false;
    const { clock } = this.#world;
    for (const queue of this.#queues) {
      const { visible, inFlight, delayed, oldestMs } = this.#messages.count(queue);
      const empty = visible + inFlight + delayed === 0;
      if (empty && clock.now() - (this.#usedMs.get(queue.name) ?? Number.NEGATIVE_INFINITY) > ACTIVE_MS) continue;
      reported = true;
      // Measured at a minute's end, it belongs to that minute.
      const atMs = clock.now() - 1;
      this.#put(queue, "ApproximateNumberOfMessagesVisible", visible, { atMs });
      this.#put(queue, "ApproximateNumberOfMessagesNotVisible", inFlight, { atMs });
      this.#put(queue, "ApproximateNumberOfMessagesDelayed", delayed, { atMs });
      const ageSeconds = oldestMs === null ? 0 : (clock.now() - oldestMs) / 1000;
      this.#put(queue, "ApproximateAgeOfOldestMessage", ageSeconds, { atMs, unit: "Seconds" });
    }
    return reported;
  }

  #put({ name }: Queue, metricName: string, value: number, options?: MetricOptions) {
    this.#world.metrics.put("AWS/SQS", metricName, { QueueName: name }, value, options);
  }
}
