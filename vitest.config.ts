import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Other tests may have the processor meanwhile: nothing here takes this long, and a hang fails all the same.
const shared = { testTimeout: 180_000, hookTimeout: 180_000 };

/** Files that take a minute or so: begun last, one of them would run alone at the end. */
const LONG =
  /\/(alarms-of-media|stop|changed-graph|redrive|mirror|media|sending|watching|resuming|reach|e2e|matrix|fuzz|color|crash)\.test\.ts$/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const { true: long = [], false: others = [] } = Object.groupBy(await super.sort(files), ({ moduleId }) =>
      LONG.test(moduleId) ? "true" : "false",
    );
    return [...long, ...others];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    // Many tests wait for ffmpeg or for processes of their own: more files than cores may be under way.
    maxWorkers: 6,
    projects: [
      // No module keeps state that the next file would see: files share their workers, and what these have loaded.
      { test: { ...shared, name: "packages", include: ["{packages/*,scripts}/test/**/*.test.ts"], isolate: false } },
      {
        test: {
          ...shared,
          name: "whole",
          include: ["stacks/test/**/*.test.ts", "e2e/test/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/last/**"],
          setupFiles: ["test/support/leave-as-found.ts"],
          isolate: false,
        },
      },
      // Looks at what all the others did.
      ...(process.env.DROPCLIP_TEST_ACCESS
        ? [{ test: { ...shared, name: "last", include: ["test/last/**/*.test.ts"], sequence: { groupOrder: 1 } } }]
        : []),
    ],
  },
});
