import { emitKeypressEvents } from "node:readline";
import { formatBytes } from "@datasette-publish/core";
import type { Inspection } from "@datasette-publish/core/inspect";
import cliTruncate from "cli-truncate";
import { printable } from "../printable.ts";
import { viewsOf, type ViewNode } from "./views.ts";

/** Where somebody is in a tree: the folders that were opened, the outermost first, each with the row that is chosen in it. */
export interface Walk {
  readonly opened: readonly { readonly node: ViewNode; readonly row: number }[];
}

const nothing: ViewNode = { name: "", sizeBytes: 0, layer: null, note: "", children: [] };

/** Lines of the screen that are not rows. */
const fixedLines = 4;

/** The walk after a key; null when it ends. `rows` are those that the screen has room for. */
export function afterKey(walk: Walk, key: string, rows: number): Walk | null {
  const { node, row } = walk.opened.at(-1) ?? { node: nothing, row: 0 };
  const goTo = (next: number): Walk => {
    const chosen = Math.max(0, Math.min(node.children.length - 1, next));
    return { opened: [...walk.opened.slice(0, -1), { node, row: chosen }] };
  };
  const child = node.children[row];
  switch (key) {
    case "q":
      return null;
    case "up":
    case "k":
      return goTo(row - 1);
    case "down":
    case "j":
      return goTo(row + 1);
    case "pageup":
      return goTo(row - rows);
    case "pagedown":
      return goTo(row + rows);
    case "home":
      return goTo(0);
    case "end":
      return goTo(Infinity);
    case "right":
    case "l":
    case "return":
      return child === undefined || child.children.length === 0 ? walk : { opened: [...walk.opened, { node: child, row: 0 }] };
    case "left":
    case "h":
    case "backspace":
      return walk.opened.length > 1 ? { opened: walk.opened.slice(0, -1) } : walk;
    default:
      return walk;
  }
}

/** The lines of a screen of that size: where one is, the rows around the chosen one, what the keys do. */
export function drawWalk({ opened }: Walk, columns: number, lines: number): string[] {
  const { node, row } = opened.at(-1) ?? { node: nothing, row: 0 };
  const room = Math.max(1, lines - fixedLines);
  const first = Math.max(0, Math.min(row - Math.floor(room / 2), node.children.length - room));
  const shown = node.children.slice(first, first + room);
  const path = opened.map((each) => each.node.name).join(" / ");
  const fit = (line: string, position: "start" | "end" = "end") => cliTruncate(printable(line), Math.max(1, columns - 1), { position });
  return [
    fit(`${path}  ${formatBytes(node.sizeBytes)}`, "start"),
    "",
    ...shown.map((child, i) => fit(`${first + i === row ? ">" : " "} ${rowOf(child, node.sizeBytes)}`)),
    ...Array.from<string>({ length: room - shown.length }).fill(""),
    "",
    fit("↑ ↓ choose   → open   ← back   q end"),
  ];
}

const barWidth = 10;

function rowOf({ name, sizeBytes, note, layer, children }: ViewNode, totalBytes: number): string {
  const bar = "█".repeat(totalBytes === 0 ? 0 : Math.round((sizeBytes / totalBytes) * barWidth)).padEnd(barWidth, "·");
  const more = [note, layer === null ? "" : `layer ${layer + 1}`].filter((text) => text !== "").join(", ");
  return `${formatBytes(sizeBytes).padStart(9)} ${bar} ${name}${children.length > 0 ? "/" : ""}${more === "" ? "" : `  (${more})`}`;
}

/** Lets somebody at the terminal walk through an image until they end it, or the signal does. */
export async function walkTree(name: string, inspection: Inspection, signal: AbortSignal | undefined): Promise<void> {
  const { stdin, stdout } = process;
  const views = viewsOf(inspection);
  let walk: Walk | null = { opened: [{ node: { ...nothing, name, sizeBytes: views[0]?.sizeBytes ?? 0, children: views }, row: 0 }] };
  const draw = () => {
    if (walk !== null) stdout.write(`\u001b[H\u001b[J${drawWalk(walk, stdout.columns, stdout.rows).join("\r\n")}`);
  };
  const ended = Promise.withResolvers<void>();
  const onKey = (_text: string | undefined, { name: key = "", ctrl = false }: { name?: string; ctrl?: boolean }) => {
    walk = ctrl && key === "c" ? null : walk && afterKey(walk, key, Math.max(1, stdout.rows - fixedLines));
    if (walk === null) ended.resolve();
    else draw();
  };
  const stop = () => ended.resolve();
  signal?.addEventListener("abort", stop, { once: true });
  emitKeypressEvents(stdin);
  stdin.setRawMode(true).on("keypress", onKey).resume();
  stdout.on("resize", draw);
  // The terminal's other screen: what was there before comes back.
  stdout.write("\u001b[?1049h\u001b[?25l");
  try {
    draw();
    await ended.promise;
  } finally {
    stdout.write("\u001b[?25h\u001b[?1049l");
    stdout.off("resize", draw);
    stdin.off("keypress", onKey).setRawMode(false).pause();
    signal?.removeEventListener("abort", stop);
  }
}
