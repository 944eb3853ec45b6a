/**
 * Draws the map: a squarified treemap (Bruls, Huizing, van Wijk: "Squarified Treemaps", 2000) of one node's parts, each with its own parts in it.
 * What comes from the image is set as text alone.
 */
export const script = String.raw`
"use strict";
const { views, layers } = JSON.parse(document.getElementById("data").textContent);
const map = document.getElementById("map");
let path = [views[0]];

const sizes = (bytes) =>
  bytes < 1e3 ? bytes + " B" : bytes < 1e6 ? (bytes / 1e3).toFixed(1) + " kB" : bytes < 1e9 ? (bytes / 1e6).toFixed(1) + " MB" : (bytes / 1e9).toFixed(2) + " GB";
const hueOf = (layer) => (layer * 137.5 + 210) % 360;
const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const paint = (element, layer) => {
  if (layer < 0) element.classList.add("mixed");
  element.style.setProperty("--hue", hueOf(Math.max(0, layer)));
};

/** Rectangles of nodes, largest first, in an area: rows along its shorter side, each as square as it gets. */
function squarify(nodes, area) {
  const total = nodes.reduce((sum, node) => sum + node[1], 0);
  let { x, y, w, h } = area;
  const scale = total > 0 ? (w * h) / total : 0;
  const placed = [];
  for (let start = 0; start < nodes.length; ) {
    const side = Math.min(w, h);
    let [end, sum, worst] = [start, 0, Infinity];
    while (end < nodes.length) {
      const next = sum + nodes[end][1] * scale;
      const most = nodes[start][1] * scale, least = nodes[end][1] * scale;
      const ratio = Math.max((side * side * most) / (next * next), (next * next) / (side * side * least));
      if (ratio > worst) break;
      [sum, worst, end] = [next, ratio, end + 1];
    }
    const depth = sum / side;
    let along = 0;
    for (const node of nodes.slice(start, end)) {
      const length = (node[1] * scale) / depth;
      placed.push(w < h ? { node, x: x + along, y, w: length, h: depth } : { node, x, y: y + along, w: depth, h: length });
      along += length;
    }
    if (w < h) [y, h] = [y + depth, h - depth];
    else [x, w] = [x + depth, w - depth];
    start = end;
  }
  return placed;
}

/** What is too small to be seen is one part at the end. */
function visible(nodes, pixels, area) {
  const there = nodes.filter((node) => node[1] > 0);
  const total = there.reduce((sum, node) => sum + node[1], 0);
  const cut = there.findIndex((node, at) => at >= 3 && (node[1] / total) * area < pixels);
  if (cut < 0 || there.length - cut < 2) return there;
  const rest = there.slice(cut);
  const sum = rest.reduce((bytes, node) => bytes + node[1], 0);
  const layer = rest.every((node) => node[2] === rest[0][2]) ? rest[0][2] : -1;
  return [...there.slice(0, cut), [rest.length + " smaller", sum, layer, "", rest]].sort((a, b) => b[1] - a[1]);
}

function place(element, { x, y, w, h }) {
  Object.assign(element.style, { left: x + "px", top: y + "px", width: w + "px", height: h + "px" });
}

function tileOf(rect) {
  const { node: [name, bytes, layer, note, children], w, h } = rect;
  const tile = make(children ? "button" : "div", "tile");
  place(tile, rect);
  paint(tile, layer);
  const share = ((bytes / path.at(-1)[1]) * 100).toFixed(1) + " %";
  tile.title = [name, sizes(bytes) + ", " + share, note, layer < 0 ? "" : "layer " + (layer + 1) + ": " + layers[layer]].filter(Boolean).join("\n");
  tile.setAttribute("aria-label", [name, sizes(bytes), share, note].filter(Boolean).join(", "));
  if (!children) tile.setAttribute("role", "img");
  tile.tabIndex = 0;
  if (w > 34 && h > 18) tile.append(make("b", "", name));
  if (w > 34 && h > 34) tile.append(make("span", "", sizes(bytes) + (note && w > 160 ? "  " + note : "")));
  if (!children) return tile;
  tile.addEventListener("click", () => show([...path, rect.node]));
  if (w > 60 && h > 62) fill(tile, children, { x: 3, y: 36, w: w - 8, h: h - 41 }, 1);
  return tile;
}

/** What a tile is made of, drawn in it as far as it can be told apart. */
function fill(element, nodes, area, depth) {
  for (const inner of squarify(visible(nodes, 120, area.w * area.h), area)) {
    const { node, w, h } = inner;
    const part = make("i", depth % 2 ? "" : "even", w > 30 && h > 14 ? node[0] : "");
    place(part, inner);
    paint(part, node[2]);
    element.append(part);
    if (node[4] && depth < 4 && w > 40 && h > 34) fill(part, node[4], { x: 2, y: 15, w: w - 6, h: h - 19 }, depth + 1);
  }
}

function draw() {
  const { clientWidth: w, clientHeight: h } = map;
  const parts = visible(path.at(-1)[4] ?? [], 400, w * h);
  map.replaceChildren(...squarify(parts, { x: 0, y: 0, w, h }).map(tileOf));
  if (parts.length === 0) map.append(make("p", "", "Nothing of it takes any bytes."));
}

function show(next, focus = true) {
  const from = path;
  path = next;
  const crumbs = document.getElementById("crumbs");
  crumbs.replaceChildren(
    ...path.map((node, at) => {
      const last = at === path.length - 1;
      const crumb = make(last ? "span" : "button", "", node[0] + (last ? "  " + sizes(node[1]) : ""));
      if (last) crumb.setAttribute("aria-current", "location");
      else crumb.addEventListener("click", () => show(path.slice(0, at + 1)));
      return crumb;
    }),
  );
  document.getElementById("views").replaceChildren(
    ...views.map((view) => {
      const button = make("button", "", view[0]);
      button.setAttribute("aria-pressed", String(path[0] === view));
      button.addEventListener("click", () => show([view]));
      return button;
    }),
  );
  draw();
  if (!focus) return;
  const came = from.length > path.length ? from[path.length][0] : undefined;
  const tiles = [...map.children];
  (tiles.find((tile) => tile.firstChild?.textContent === came) ?? tiles[0])?.focus();
}

/** The tile that is nearest in the arrow's direction. */
function move(tile, dx, dy) {
  const middle = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const [x, y] = middle(tile);
  const away = (element) => {
    const [ox, oy] = middle(element);
    const along = (ox - x) * dx + (oy - y) * dy;
    return along < 1 ? Infinity : along + 2 * Math.abs((ox - x) * dy + (oy - y) * dx);
  };
  const nearest = [...map.children].reduce((best, each) => (away(each) < away(best) ? each : best), tile);
  nearest.focus();
}

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.key === "Backspace" || event.key === "Escape") && path.length > 1) {
    event.preventDefault();
    show(path.slice(0, -1));
  } else if (arrows[event.key]) {
    event.preventDefault();
    const tile = document.activeElement?.closest(".tile");
    if (tile) move(tile, ...arrows[event.key]);
    else map.firstElementChild?.focus();
  }
});
addEventListener("resize", draw);
document.getElementById("layers").replaceChildren(
  ...layers.map((name, at) => {
    const item = make("li", "", at + 1 + "  " + name);
    item.title = name;
    paint(item, at);
    return item;
  }),
);
show([views[0]], false);
`;
