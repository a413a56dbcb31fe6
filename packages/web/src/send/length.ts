/** A file that the browser cannot read says nothing for ever. */
const PATIENCE_MS = 4000;

/** How long a clip lasts, milliseconds, where this browser can read it. */
export function durationOf(url: string): Promise<number | undefined> {
  const video = document.createElement("video");
  video.preload = "metadata";
  return new Promise((resolve) => {
    const end = (ms?: number) => {
      clearTimeout(timer);
      video.removeAttribute("src");
      video.load();
      resolve(ms);
    };
    const timer = setTimeout(end, PATIENCE_MS);
    video.onloadedmetadata = () => end(Number.isFinite(video.duration) ? video.duration * 1000 : undefined);
    video.onerror = () => end();
    video.src = url;
  });
}
