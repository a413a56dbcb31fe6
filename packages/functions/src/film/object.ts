import { PutObjectCommand } from "@aws-sdk/client-s3";
import { s3 } from "../aws/objects.ts";
import { begin, type To } from "../aws/parts.ts";
import type { Body } from "./remux.ts";

/** Bytes. S3's least for a part is 5 MiB; it takes 10,000 of them. */
export const PART_BYTES = 8 * 1024 * 1024;
/** Parts on their way at the same time; with those being filled all that is held in memory. */
const PARALLEL = 4;

/**
 * Writes an object whose beginning is known last. Its first part waits in memory; what follows goes to S3 as soon as a
 * part is full.
 */
export function object(to: To) {
  const first = part();
  let filling = first;
  let number = 1;
  let upload: Awaited<ReturnType<typeof begin>> | undefined;
  const sending = new Set<Promise<void>>();
  let failure: unknown;

  const send = async (bytes: Buffer) => {
    upload ??= await begin(to);
    number++;
    const sent: Promise<void> = upload
      .send(number, bytes)
      .catch((error) => {
        failure ??= error;
      })
      .finally(() => sending.delete(sent));
    sending.add(sent);
    if (sending.size >= PARALLEL) await Promise.race(sending);
    if (failure) throw failure;
  };
  const body: Body = {
    async append(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (filling.free === 0) {
          if (filling !== first) await send(filling.bytes());
          filling = part();
        }
        at += filling.take(bytes.subarray(at));
      }
    },
    patch: (bytes, at) => first.patch(bytes, at),
  };
  return {
    body,
    /** The object is there once this has ended. */
    async finish({ front, tail }: { front: Buffer; tail?: Buffer }) {
      if (tail) await body.append(tail);
      const beginning = Buffer.concat([front, first.bytes()]);
      if (filling === first) return s3().send(new PutObjectCommand({ ...to, Body: beginning }));
      await send(filling.bytes());
      await Promise.all(sending);
      await upload!.send(1, beginning);
      if (failure) throw failure;
      return upload!.finish();
    },
    /** Once nothing is on its way any more: work that outlives a function's answer would go on during its next call. */
    settled: () => Promise.all(sending),
  };
}

function part() {
  const held = Buffer.allocUnsafe(PART_BYTES);
  let length = 0;
  return {
    get free() {
      return PART_BYTES - length;
    },
    take(bytes: Uint8Array): number {
      const taken = bytes.subarray(0, PART_BYTES - length);
      held.set(taken, length);
      length += taken.length;
      return taken.length;
    },
    patch(bytes: Uint8Array, at: number) {
      if (at + bytes.length > length) throw new RangeError(`Byte ${at} is not among the first ${length}.`);
      held.set(bytes, at);
    },
    bytes: () => held.subarray(0, length),
  };
}
