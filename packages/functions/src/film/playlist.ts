export * as Playlist from "./playlist.ts";

/** The playlists of the best picture and its sound that a main playlist offers, as it names them. */
export function best(main: string): { video: string; audio?: string } {
  const lines = main.split(/\r?\n/);
  const variants = lines.flatMap((line, index) => {
    const uri = lines[index + 1];
    if (!line.startsWith("#EXT-X-STREAM-INF:") || !uri) return [];
    const [, width = 0, height = 0] = /[:,]RESOLUTION=(\d+)x(\d+)/.exec(line) ?? [];
    const [, bits = 0] = /[:,]BANDWIDTH=(\d+)/.exec(line) ?? [];
    return [{ uri, pixels: Number(width) * Number(height), bits: Number(bits), group: value(line, "AUDIO") }];
  });
  const [top] = variants.sort((one, other) => other.pixels - one.pixels || other.bits - one.bits);
  if (!top) throw new Error("The main playlist offers no picture.");
  if (top.group === undefined) return { video: top.uri };
  const sound = lines.find(
    (line) => /^#EXT-X-MEDIA:(.*,)?TYPE=AUDIO\b/.test(line) && value(line, "GROUP-ID") === top.group,
  );
  const audio = sound && value(sound, "URI");
  if (!audio) throw new Error(`The main playlist names no sound of the group ${top.group}.`);
  return { video: top.uri, audio };
}

/** The files of a rendition, as its playlist names them: its header, then its segments in their order. */
export function files(rendition: string): [header: string, ...segments: string[]] {
  const header = /^#EXT-X-MAP:.*?URI="([^"]+)"/m.exec(rendition)?.[1];
  const segments = rendition.split(/\r?\n/).filter((line) => /^[^#\s]/.test(line));
  if (!header || segments.length === 0) throw new Error("The playlist names no header or no segments.");
  return [header, ...segments];
}

/** A quoted attribute of a tag. */
const value = (tag: string, name: string) => new RegExp(`[:,]${name}="([^"]*)"`).exec(tag)?.[1];
