import { defineConfig } from "vite";

/** What every page begins with, in one file: many small ones take longer to fetch and are larger together. */
const FIRST = /\/node_modules\/(preact|@preact|preact-iso)\/|\/src\/(main|stage|api|ui|event|viewer\/viewing|session\/session|text\/(?!languages\/(?!en\b)))/;

export default defineConfig({
  build: {
    target: "es2022",
    // A page served with `script-src 'self'` takes nothing that is written into another file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", test: FIRST }] } } },
  },
});
