import { check, Unexpected } from "./expect.ts";
import { type Run, until } from "./run.ts";

/** One whole answer of the CDN. */
export interface Served {
  status: number;
  headers: Headers;
  bytes: Buffer<ArrayBuffer>;
}

/** Fetches a file that the CDN must serve; throws when it does not, or when the type differs. */
export async function served(
  { target, made }: Run,
  url: string,
  type: RegExp,
  headers: Record<string, string> = {},
): Promise<Served> {
  check(url.startsWith(`${target.cdn}/`), `${url} is not below ${target.cdn}`);
  const answer = await fetched(url, headers);
  const { status } = answer;
  if (status !== 200 && status !== 206) throw new Unexpected(`${url}: expected 200, was ${status}`);
  made.served.add(url);
  const sent = answer.headers.get("content-type") ?? "";
  check(type.test(sent), `${url}: expected a Content-Type like ${type}, was ${sent}`);
  return answer;
}

/** Waits until the CDN serves all of these again. */
export async function shown(run: Run, what: string, urls: string[]) {
  await until(run, what, async () => {
    for (const url of urls) {
      const { status } = await fetched(url);
      check(status === 200, `${url} is answered with ${status}`);
    }
  });
}

/**
 * Waits until the CDN serves none of these. S3 answers 403 both for a missing object and for one that may not be read.
 */
export async function gone(run: Run, what: string, urls: string[]) {
  check(urls.length > 0, `${what}: nothing was served before`);
  await until(run, what, async () => {
    for (const url of urls) {
      const { status } = await fetched(url);
      check(status === 403 || status === 404, `${url} is answered with ${status}`);
    }
  });
}

/** The URLs served below the directory of an upload, of one of its media where one is named, or of the whole event. */
export function servedOf({ made }: Run, { uploadId, mediaId }: { uploadId?: string; mediaId?: string } = {}) {
  const all = [...made.served];
  if (!uploadId) return all;
  const within = all.filter((url) => url.includes(`/${uploadId}/`));
  if (!mediaId) return within;
  const inImages = (url: string) => url.includes("/images/");
  return within.filter((url) => (mediaId === "video" ? !inImages(url) : url.includes(`/images/${mediaId}.`)));
}

async function fetched(url: string, headers: Record<string, string> = {}): Promise<Served> {
  const response = await fetch(url, { headers });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}
