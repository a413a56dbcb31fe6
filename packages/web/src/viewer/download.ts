/** Characters that no file name may have on some system. */
const NOT_IN_NAMES = /[\\/:*?"<>|\p{Cc}]+/gu;

export const fileName = (title: string, url: string) =>
  `${title.replace(NOT_IN_NAMES, " ").replace(/\s+/g, " ").trim() || "clip"}.${/\.(\w+)$/.exec(new URL(url).pathname)?.[1] ?? "mp4"}`;

/**
 * Keeps a published file on the reader's device. A link to another origin would leave the page instead, so the file is
 * fetched here; `onShare` is told how much of it is there, from 0 to 1.
 */
export async function download(url: string, title: string, onShare: (share: number) => void) {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
  const whole = Number(response.headers.get("content-length")) || Number.POSITIVE_INFINITY;
  const chunks: BlobPart[] = [];
  let there = 0;
  for await (const chunk of chunksOf(response.body)) {
    chunks.push(chunk);
    there += chunk.byteLength;
    onShare(Math.min(1, there / whole));
  }
  const type = response.headers.get("content-type") ?? "";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(chunks, { type }));
  link.download = fileName(title, url);
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Not every browser can iterate a stream. */
async function* chunksOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
