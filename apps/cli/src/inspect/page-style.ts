/** The looks of the page: by the reader's own choice of light and dark. */
export const style = `
:root { --back: #fff; --text: #1d1f23; --quiet: #5b616b; --line: #c9ced6; --tile-s: 55%; --tile-l: 86%; --inner-l: 79%; --edge-l: 66%; --mark: #0b57d0; }
@media (prefers-color-scheme: dark) {
  :root { --back: #16181c; --text: #f0f2f5; --quiet: #a7aeb9; --line: #434a55; --tile-s: 32%; --tile-l: 26%; --inner-l: 32%; --edge-l: 45%; --mark: #8ab4f8; }
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; gap: 0.5rem; padding: 0.75rem 1rem; background: var(--back); color: var(--text); font: 14px/1.4 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.15rem; overflow-wrap: anywhere; }
p { margin: 0; color: var(--quiet); }
button { font: inherit; color: inherit; }
#views, #crumbs { display: flex; flex-wrap: wrap; gap: 0.25rem; margin-top: 0.5rem; align-items: center; }
#views button, #crumbs button { border: 1px solid var(--line); border-radius: 4px; background: none; padding: 0.1rem 0.5rem; cursor: pointer; overflow-wrap: anywhere; text-align: left; }
#views button[aria-pressed="true"] { background: var(--text); color: var(--back); }
#crumbs [aria-current] { font-weight: 600; padding: 0.1rem 0.25rem; overflow-wrap: anywhere; }
#map { position: relative; flex: 1; min-height: 18rem; overflow: hidden; }
.tile, .tile i, footer li { --s: var(--tile-s); }
.tile { position: absolute; overflow: hidden; border: 1px solid var(--back); border-radius: 2px; padding: 2px 5px; text-align: left; display: flex; flex-direction: column; justify-content: flex-start; line-height: 1.25;
  background: hsl(var(--hue) var(--s) var(--tile-l)); }
button.tile { cursor: pointer; }
.tile:focus-visible, button:focus-visible { outline: 3px solid var(--mark); outline-offset: -3px; }
.tile b { display: block; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.tile span { display: block; color: var(--text); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-size: 12px; }
.tile i { position: absolute; border: 1px solid hsl(var(--hue) var(--s) var(--edge-l)); background: hsl(var(--hue) var(--s) var(--inner-l));
  overflow: hidden; font: normal 11px/1.2 system-ui, sans-serif; padding: 1px 3px; white-space: nowrap; text-overflow: ellipsis; }
.tile i.even { background: hsl(var(--hue) var(--s) var(--tile-l)); }
.tile.mixed, .tile i.mixed { --s: 0%; }
footer ul { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; margin: 0 0 0.25rem; padding: 0; list-style: none; max-height: 5.5rem; overflow: auto; }
footer li { max-width: 24rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
footer li::before { content: ""; display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.4em; border-radius: 2px; border: 1px solid var(--line);
  background: hsl(var(--hue) var(--s) var(--tile-l)); }
`;
