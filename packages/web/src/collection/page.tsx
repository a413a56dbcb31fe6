import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { call } from "../api/call.ts";
import { MEDIA } from "../api/early.ts";
import { Problem } from "../api/problem.ts";
import type { Collection } from "../api/types.ts";
import { createGallery } from "../event/gallery.ts";
import { Grid } from "../event/grid.tsx";
import { mergeOrdered } from "../event/merge.ts";
import { t } from "../text/index.ts";
import { said } from "../text/problem.ts";
import { Notice } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { params } from "../ui/router.tsx";
import { Viewing } from "../viewer/viewing.tsx";

/** `/c/{collectionId}`: what a creative chose, in their order. */
export default function CollectionPage() {
  const { collectionId = "" } = params.value;
  return <Shown key={collectionId} collectionId={collectionId} />;
}

function Shown({ collectionId }: { collectionId: string }) {
  const facts = useSignal<Collection | undefined>(undefined);
  const gallery = useMemo(
    () =>
      createGallery(async (cursor) => {
        const page = await call("get", "/collections/{collectionId}", {
          path: { collectionId },
          query: { limit: MEDIA, cursor },
        });
        facts.value = page;
        return page;
      }, mergeOrdered),
    [],
  );
  useEffect(() => gallery.watch(), []);
  const { value: collection } = facts;
  if (!collection) return <Unread error={gallery.error.value} again={() => gallery.more()} />;
  const base = `/c/${collectionId}`;
  return (
    <Page title={collection.title}>
      <header class="hero">
        <div class="facts">
          <h1 dir="auto">{collection.title}</h1>
          {collection.description && (
            <p class="where soft" dir="auto">
              {collection.description}
            </p>
          )}
          <p class="tag">{t.event.count(collection.size)}</p>
        </div>
      </header>
      {gallery.media.value?.length ? (
        <Grid gallery={gallery} base={base} />
      ) : (
        <Notice isPart title={t.collection.empty} />
      )}
      <Viewing gallery={gallery} base={base} title={collection.title} />
    </Page>
  );
}

function Unread({ error, again }: { error: unknown; again: () => void }) {
  if (!error)
    return (
      <Page>
        <Notice title={t.general.loading} isBusy />
      </Page>
    );
  const isGone = error instanceof Problem && [400, 404, 410].includes(error.status);
  const title = isGone ? t.collection.notFound : said(error);
  return (
    <Page title={title}>
      <Notice title={title} text={isGone ? t.general.notFoundWhy : t.general.noConnectionWhy}>
        {!isGone && (
          <button type="button" class="button" onClick={again}>
            {t.general.again}
          </button>
        )}
      </Notice>
    </Page>
  );
}
