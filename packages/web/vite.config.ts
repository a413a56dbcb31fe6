import { defineConfig, type Plugin } from "vite";

/** What every page begins with, in one file: many small ones take longer to fetch, and are larger together. */
const FIRST =
  /\/node_modules\/(preact|@preact)\/|\/src\/(stage|api|ui\/(?!menu|icons|focus|match|style)|event\/(?!performer)|viewer\/viewing|session\/(session|bearer|alone)|text\/(format|problem))/;

/** What begins the page's reads of the API: it waits for nothing else. */
const EARLY = /\/src\/(stage|api\/(address|clock|early)|ui\/match)\.ts$|vite\/preload-helper/;

/** What finds and fetches the language: it waits for no more than that. */
const LANGUAGE = /\/src\/(store|text\/(index|spoken))\.ts$/;

/** What every page runs before it shows anything, by the names of its files. */
const BEFORE_ALL = ["early", "first", "app", "language", "rolldown-runtime"];

/** The browser fetches those files beside the one that asks for them, not one after the other. */
const preloadFirst: Plugin = {
  name: "preload-first",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle = {} }) =>
      Object.values(bundle)
        .filter((chunk) => chunk.type === "chunk" && BEFORE_ALL.includes(chunk.name))
        .map(({ fileName }) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `/${fileName}` },
          injectTo: "head",
        })),
  },
};

export default defineConfig({
  build: {
    target: "es2022",
    // A page served with `script-src 'self'` takes nothing that is written into another file.
    assetsInlineLimit: 0,
    // All styles are one small file: no page is seen without them, and what loads pages need not care.
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "early", test: EARLY, priority: 3 },
            { name: "language", test: LANGUAGE, priority: 2 },
            { name: "first", test: FIRST, priority: 1 },
          ],
        },
      },
    },
  },
  plugins: [preloadFirst],
});
