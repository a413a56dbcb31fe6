import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Gallery } from "../event/gallery.ts";
import { params } from "../ui/router.tsx";

const load = () => import("./viewer.tsx");

/** Shows the media that the address names, above its list. What it takes to show one comes once the page is there. */
export function Viewing({ gallery, base, title }: { gallery: Gallery; base: string; title: string }) {
  const { uploadId, mediaId } = params.value;
  const viewer = useSignal<Awaited<ReturnType<typeof load>> | undefined>(undefined);
  const isWanted = Boolean(uploadId && mediaId);
  const isThere = Boolean(gallery.media.value?.length);
  useEffect(() => {
    // Not before the list: its pictures are what one came for.
    if (!isWanted && !isThere) return;
    const loading = load().then((found) => {
      viewer.value = found;
    });
    // The next click tries again.
    loading.catch(() => {});
  }, [isWanted, isThere]);
  if (!isWanted || !viewer.value) return null;
  const { Viewer } = viewer.value;
  return <Viewer gallery={gallery} base={base} title={title} name={`${uploadId}/${mediaId}`} />;
}
