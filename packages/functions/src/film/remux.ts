import {
  CustomSource,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  StreamTarget,
} from "mediabunny";
import { frameRate } from "./frame-rate.ts";
import { Front } from "./front.ts";
import type { Rendition } from "./rendition.ts";

/** Takes a film as it is made: everything behind its index, in order. */
export interface Body {
  append(bytes: Uint8Array): Promise<void>;
  /** Writes once more what stands at `at`, among the first bytes. */
  patch(bytes: Uint8Array, at: number): void;
}

/**
 * Puts the packets of a picture and its sound, each of them a fragmented MP4, into one plain MP4: nothing is encoded
 * again, and what they have to do with each other in time stays. `body` is given what follows the front of the file,
 * which is returned: it starts at once, its index comes first. (`tail` is the index where that cannot be.)
 */
export async function remux(video: Rendition.Reader, audio: Rendition.Reader | undefined, body: Body) {
  let ftyp: Buffer | undefined;
  let moov: { data: Buffer; at: number } | undefined;
  let written = 0;
  const write = async ({ data, position }: { data: Uint8Array; position: number }) => {
    const front = ftyp!.length;
    const end = Math.min(position + data.length, moov?.at ?? Infinity);
    if (position < front) return position + data.length > front ? append(data.subarray(front - position)) : undefined;
    if (position >= end) return;
    const own = data.subarray(0, end - position);
    if (position - front < written) body.patch(own, position - front);
    else await append(own);
  };
  const append = async (bytes: Uint8Array) => {
    written += bytes.length;
    await body.append(bytes);
  };
  const output = new Output({
    format: new Mp4OutputFormat({
      fastStart: false,
      onFtyp: (data) => {
        ftyp = Buffer.from(data);
      },
      onMoov: (data, at) => {
        moov = { data: Buffer.from(data), at };
      },
    }),
    target: new StreamTarget(new WritableStream({ write })),
  });
  const inputs = [video, ...(audio ? [audio] : [])].map(open);
  try {
    const tracks = [await pictures(inputs[0]!, output), ...(inputs[1] ? [await sound(inputs[1], output)] : [])];
    await output.start();
    await interleave(tracks);
    await output.finalize();
  } catch (error) {
    if (output.state === "started") await output.cancel();
    throw error;
  } finally {
    for (const input of inputs) input.dispose();
  }
  const index = moov!.data;
  Front.forgetTimes(index);
  return Front.advance(index) ? { front: Buffer.concat([ftyp!, index]) } : { front: ftyp!, tail: index };
}

const open = ({ bytes, read }: Rendition.Reader) =>
  // The reader keeps what is read.
  new Input({ formats: [MP4], source: new CustomSource({ getSize: () => bytes, read, maxCacheSize: 0 }) });

/** The packets of a track, and how the next one gets into the output. */
interface Feed {
  packets: AsyncGenerator<EncodedPacket, void>;
  add: (packet: EncodedPacket) => Promise<void>;
}

async function pictures(input: Input, output: Output): Promise<Feed> {
  const track = await input.getPrimaryVideoTrack();
  const decoderConfig = await track?.getDecoderConfig();
  if (!track || !decoderConfig) throw new Error("The stream's highest rung holds no picture that can be read.");
  const source = new EncodedVideoPacketSource("avc");
  const sink = new EncodedPacketSink(track);
  const rate = frameRate(await sink.getFirstPacket());
  output.addVideoTrack(source, {
    transformationMatrix: await track.getTransformationMatrix(),
    ...(rate ? { frameRate: rate } : {}),
  });
  return { packets: sink.packets(), add: (packet) => source.add(packet, { decoderConfig }) };
}

async function sound(input: Input, output: Output): Promise<Feed> {
  const track = await input.getPrimaryAudioTrack();
  const decoderConfig = await track?.getDecoderConfig();
  if (!track || !decoderConfig) throw new Error("The stream's sound cannot be read.");
  const source = new EncodedAudioPacketSource("aac");
  output.addAudioTrack(source);
  return { packets: new EncodedPacketSink(track).packets(), add: (packet) => source.add(packet, { decoderConfig }) };
}

/** Whichever comes next in time: players read what is seen and heard together without going back and forth. */
async function interleave(feeds: Feed[]) {
  const waiting = await Promise.all(feeds.map(async (feed) => ({ feed, next: await feed.packets.next() })));
  for (;;) {
    const [first] = waiting
      .flatMap((one) => (one.next.done ? [] : [{ one, packet: one.next.value }]))
      .sort((one, other) => one.packet.timestamp - other.packet.timestamp);
    if (!first) return;
    await first.one.feed.add(first.packet);
    first.one.next = await first.one.feed.packets.next();
  }
}
