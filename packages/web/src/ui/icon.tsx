/** Drawn here, on a field of 24 by 24. */
export const PLAY = "M7 4.5v15l12-7.5Z";
export const SEND = "M12 19V6M6 11.5l6-6 6 6";

/** Says nothing to a screen reader: the words beside it, or the button's label, do. */
export const Drawn = ({ path }: { path: string }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={path} />
  </svg>
);
