/**
 * Demuxers a file may be read with: containers that hold their media themselves. Playlists and scripts (HLS, DASH,
 * concat, image sequences) name other files and are left out, whatever extension they hide behind.
 */
const CONTAINERS = "mov,matroska,avi,mpegts,mpeg,flv,asf,mxf,ogg,wav";

/** Options before `-i` that keep a hostile file from reaching anything but itself. */
export const confinement = (allocationBytes: number) => [
  ...["-max_alloc", String(allocationBytes)],
  ...["-protocol_whitelist", "file"],
  ...["-format_whitelist", CONTAINERS],
];
