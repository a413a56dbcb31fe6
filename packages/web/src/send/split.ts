import { IMAGES_PER_UPLOAD, VIDEOS_PER_UPLOAD } from "@dropclip/core/limits";

/** Into uploads of one clip and twenty photos at most, as few as it takes; in each, the clip stands first. */
export function split<T>(files: T[], isVideo: (file: T) => boolean): T[][] {
  const videos = files.filter(isVideo);
  const images = files.filter((file) => !isVideo(file));
  const count = Math.max(Math.ceil(videos.length / VIDEOS_PER_UPLOAD), Math.ceil(images.length / IMAGES_PER_UPLOAD));
  return Array.from({ length: count }, (_, index) => [
    ...videos.slice(index * VIDEOS_PER_UPLOAD, (index + 1) * VIDEOS_PER_UPLOAD),
    ...images.slice(index * IMAGES_PER_UPLOAD, (index + 1) * IMAGES_PER_UPLOAD),
  ]);
}
