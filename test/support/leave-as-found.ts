import { afterAll, vi } from "vitest";

// Files run one after the other in the same process: each leaves the environment and the globals as it found them.
const found = { ...process.env };

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in found)) delete process.env[name];
  Object.assign(process.env, found);
  vi.unstubAllGlobals();
});
