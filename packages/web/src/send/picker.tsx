import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Event } from "../api/types.ts";
import { t } from "../text/index.ts";
import { Icon, type IconName } from "../ui/icons.tsx";
import { extensionsOf } from "./check.ts";
import { dropped } from "./dropped.ts";

interface Props {
  event: Event;
  take: (files: File[]) => void;
  hint: string;
  /** There are files already. */
  isSmall: boolean;
}

/** Ways to hand over files: choosing, filming, dropping and pasting. */
export function Picker({ event, take, hint, isSmall }: Props) {
  const isOver = useDropping(take);
  const { contentTypes } = event;
  const accept = [...contentTypes.map((type) => `${type}/*`), ...extensionsOf(event).map((one) => `.${one}`)].join();
  return (
    <section class={`picker card${isSmall ? " small" : ""}${isOver ? " over" : ""}`}>
      {!isSmall && <Icon name="plus" />}
      <div class="row">
        <Input
          name="plus"
          label={isSmall ? t.send.more : t.send.choose}
          accept={accept}
          take={take}
          isFirst={!isSmall}
        />
        {contentTypes.includes("video") && (
          <Input name="film" label={t.send.film} accept="video/*" take={take} camera />
        )}
        {contentTypes.includes("image") && (
          <Input name="photo" label={t.send.photograph} accept="image/*" take={take} camera />
        )}
      </div>
      <p class="soft">{isOver ? t.send.drop : hint}</p>
    </section>
  );
}

interface InputProps {
  name: IconName;
  label: string;
  accept: string;
  take: (files: File[]) => void;
  camera?: boolean;
  isFirst?: boolean;
}

/** The camera's buttons are there where a finger is, which is where a camera is at hand. */
function Input({ name, label, accept, take, camera = false, isFirst = false }: InputProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple={!camera}
        accept={accept}
        {...(camera ? { capture: "environment" } : {})}
        onChange={({ currentTarget }) => {
          take([...(currentTarget.files ?? [])]);
          // The same file may be chosen again.
          currentTarget.value = "";
        }}
      />
      <button
        type="button"
        class={`button${isFirst ? "" : " plain"}${camera ? " camera" : ""}`}
        onClick={() => input.current?.click()}
      >
        <Icon name={name} />
        {label}
      </button>
    </>
  );
}

/** Takes what is dropped or pasted anywhere on the page; whether something is held over it. */
function useDropping(take: (files: File[]) => void) {
  const isOver = useSignal(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const ends = new AbortController();
    const on = { signal: ends.signal };
    const hold = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      isOver.value = true;
    };
    addEventListener("dragover", hold, on);
    addEventListener(
      "dragleave",
      (event) => {
        if (!event.relatedTarget) isOver.value = false;
      },
      on,
    );
    addEventListener(
      "drop",
      (event) => {
        event.preventDefault();
        isOver.value = false;
        if (event.dataTransfer) dropped(event.dataTransfer).then((files) => latest.current(files));
      },
      on,
    );
    addEventListener(
      "paste",
      (event) => {
        const files = [...(event.clipboardData?.files ?? [])];
        if (files.length > 0) latest.current(files);
      },
      on,
    );
    return () => ends.abort();
  }, []);
  return isOver.value;
}
