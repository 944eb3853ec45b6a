import { formatBytes } from "@datasette-publish/core";
import type { Inspection } from "@datasette-publish/core/inspect";
import { script } from "./page-script.ts";
import { style } from "./page-style.ts";
import { viewsOf, type ViewNode } from "./views.ts";

/** A node as the page reads it: name, bytes, layer or -1, note, and what it is made of. */
type PageNode = readonly [name: string, sizeBytes: number, layer: number, note: string, children?: readonly PageNode[]];

/** A map of an image's bytes as one HTML file that asks for nothing: it may be mailed, or kept by a CI service. */
export function renderPage(name: string, inspection: Inspection): string {
  const { platform, packedBytes, unpackedBytes, isPacked, layers, efficiency } = inspection;
  const facts = [
    platform,
    `${formatBytes(packedBytes)} ${isPacked ? "compressed" : "stored"}`,
    `${formatBytes(unpackedBytes)} unpacked`,
    `${formatBytes(efficiency.wastedBytes)} wasted`,
    `score ${(efficiency.score * 100).toFixed(1)} %`,
  ].join(" · ");
  const data = { views: viewsOf(inspection).map(toPageNode), layers: layers.map(({ createdBy, digest }) => createdBy || digest) };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(name)}: where its bytes are</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(name)}</h1>
<p>${escapeHtml(facts)}</p>
<div id="views" role="group" aria-label="Seen by"></div>
<nav id="crumbs" aria-label="Where you are"></nav>
</header>
<main id="map"></main>
<footer><ul id="layers" aria-label="Layers"></ul><p>Click or Enter goes in, Backspace goes back, arrows move. Areas are bytes unpacked.</p></footer>
<noscript>This page needs JavaScript to draw its map.</noscript>
<script type="application/json" id="data">${embedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function toPageNode({ name, sizeBytes, layer, note, children }: ViewNode): PageNode {
  const node = [name, sizeBytes, layer ?? -1, note] as const;
  return children.length === 0 ? node : [...node, children.map(toPageNode)];
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character]!);
}

/** No name of a file can end the element that it is in. */
function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", String.raw`\u003c`);
}
