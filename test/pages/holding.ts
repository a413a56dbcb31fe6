import type { Visitor } from "./browser.ts";

/**
 * Has every part but the first wait, signed but not sent, until `held` says so. In the page: of a request that is held
 * outside it, all bytes are handed over.
 */
const HOLDS = `
  const { open, send, abort } = XMLHttpRequest.prototype;
  const waiting = new WeakSet();
  Object.assign(XMLHttpRequest.prototype, {
    open(method, url) {
      if (/[?&]partNumber=[23]&/.test(url)) waiting.add(this);
      return open.apply(this, arguments);
    },
    async send(body) {
      if (waiting.has(this)) {
        await held();
        if (!waiting.delete(this)) return;
      }
      send.call(this, body);
    },
    abort() {
      if (!waiting.delete(this)) return abort.call(this);
      for (const type of ["abort", "loadend"]) this.dispatchEvent(new ProgressEvent(type));
    },
  });
  // However busy the machine, the line is one on which several parts are sent at a time. After other scripts, since the
  // tests' clock takes the place of this one.
  addEventListener("DOMContentLoaded", () => {
    const now = performance.now.bind(performance);
    performance.now = () => now() / 100;
  });
`;

/** Lets the parts of a visitor's files wait on pages that they visit from now on. */
export async function holdParts({ page }: Pick<Visitor, "page">) {
  let open = Promise.withResolvers<void>();
  open.resolve();
  const gate = {
    /** How many parts have come to wait since it was shut. */
    held: 0,
    /** From now on parts wait, until what this returns is called. */
    shut() {
      open = Promise.withResolvers();
      gate.held = 0;
      return open.resolve;
    },
  };
  await page.context().exposeFunction("held", () => {
    gate.held++;
    return open.promise;
  });
  await page.context().addInitScript(HOLDS);
  return gate;
}
