import { Drawn, PLAY, SEND } from "./icon.tsx";

/** All but what the event's page begins with, which is fetched before it is seen. */
const PATHS = {
  play: PLAY,
  pause: "M8 5v14M16 5v14",
  close: "M6 6l12 12M18 6 6 18",
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  sound: "M4 9.5v5h3.5l4.5 4v-13l-4.5 4ZM16 9a4.2 4.2 0 0 1 0 6M18.5 6.5a7.8 7.8 0 0 1 0 11",
  silent: "M4 9.5v5h3.5l4.5 4v-13l-4.5 4ZM16 9.5l5 5M21 9.5l-5 5",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  share: "M12 15V4M8 7.5l4-4 4 4M6 11H5v9h14v-9h-1",
  flag: "M6 21V4.5h11.5L15 8.5l2.5 4H6",
  zoom: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM15.5 15.5 20 20M8 10.5h5M10.5 8v5",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4.5 20a7.5 7.5 0 0 1 15 0",
  plus: "M12 5v14M5 12h14",
  film: "M4 7.5h11v9H4ZM15 11l5-3v8l-5-3",
  photo: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4ZM12 10a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4Z",
  send: SEND,
  done: "M5 12.5l4.5 4.5L19 7.5",
  again: "M5 12a7 7 0 1 1 2.2 5.1M5 20v-4.5h4.5",
  bin: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13",
} as const;
export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { name: IconName }) => <Drawn path={PATHS[name]} />;
