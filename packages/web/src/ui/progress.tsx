/** How much of something is done, from 0 to 1. */
export const Progress = ({ share, label }: { share: number; label: string }) => (
  <progress max={1} value={Math.min(1, share)} aria-label={label} />
);
