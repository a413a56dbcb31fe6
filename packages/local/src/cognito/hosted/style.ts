/** One card in the middle, as wide as a phone; light or dark as the reader's system is. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1a1830; --soft: #5d5a74; --line: #8b88a3; --card: #fff; --ground: #f3f1fb;
  --accent: #4b34c9; --on-accent: #fff; --bad: #a3162e; --bad-ground: #fdecef; --good: #0c6141; --good-ground: #e3f6ee; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f2f0ff; --soft: #b4b0cc; --line: #77739a; --card: #1f1c33; --ground: #131122;
    --accent: #a79bff; --on-accent: #17142b; --bad: #ffb3be; --bad-ground: #451623; --good: #9fe6c6; --good-ground: #123b2b; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center;
  gap: 1rem; padding: 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 25rem; padding: 2rem; background: var(--card); border-radius: 1rem;
  box-shadow: 0 1px 2px rgb(20 16 48 / 12%), 0 12px 40px rgb(20 16 48 / 10%); }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; letter-spacing: -0.01em; }
p { margin: 0.5rem 0 0; } .soft, footer { color: var(--soft); } footer { max-width: 25rem; font-size: 0.85rem; text-align: center; }
form + p, .after { margin-top: 1rem; } form { margin-top: 1.5rem; display: grid; gap: 1rem; } label { display: block; font-weight: 600; margin-bottom: 0.3rem; }
input { width: 100%; min-height: 2.9rem; padding: 0.5rem 0.8rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: 0.6rem; }
input[aria-invalid] { border-color: var(--bad); }
input.code { font-size: 1.3rem; letter-spacing: 0.35em; font-variant-numeric: tabular-nums; }
.hint { margin: 0.3rem 0 0; font-size: 0.9rem; color: var(--soft); overflow-wrap: anywhere; }
button { min-height: 2.9rem; padding: 0.5rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 0.6rem; }
form + form { margin-top: 0.75rem; } button.plain { color: var(--accent); background: transparent; border-color: var(--line); }
a { color: var(--accent); } a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.message { margin-top: 1.25rem; padding: 0.75rem 1rem; border-radius: 0.6rem; overflow-wrap: anywhere; }
.bad { color: var(--bad); background: var(--bad-ground); } .good { color: var(--good); background: var(--good-ground); }
@media (max-width: 30rem) { body { justify-content: flex-start; } main { padding: 1.5rem 1.25rem; } }
@media (forced-colors: active) { main, .message { border: 1px solid; } }
`;
