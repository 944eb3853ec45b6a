import { formatBytes } from "@datasette-publish/core";
import type { Difference } from "@datasette-publish/core/inspect";
import { renderTable } from "../table.ts";
import type { ComparisonReport, ImageReport, ImageSummary } from "./report.ts";

/** Packages, places and paths that are named; `--json` has them all. */
const mostNamed = 12;
const mostDifferences = 30;

/** What is in an image, for a person. */
export function renderReport(report: ImageReport): string[] {
  const { layers, places, packages, efficiency, files } = report;
  return [
    ...renderHead(report),
    "",
    ...renderTable([
      ["Layers, lowest first", report.isPacked ? "compressed" : "stored", "unpacked", "adds", "changes", "hides"],
      ...layers.map((layer, i) => [
        `  ${i + 1}  ${shorten(layer.createdBy || layer.digest)}`,
        formatBytes(layer.packedBytes),
        formatBytes(layer.unpackedBytes),
        ...[layer.added, layer.changed, layer.hidden].map(({ files: count, sizeBytes }) =>
          count === 0 ? "–" : `${formatBytes(sizeBytes)} in ${count.toLocaleString("en")}`,
        ),
      ]),
    ]),
    "",
    `Biggest places, of ${files.length.toLocaleString("en")} files`,
    ...renderTable(places.slice(0, mostNamed).map(({ path, sizeBytes }) => [`  ${formatBytes(sizeBytes)}`, path])),
    ...renderPackages(packages),
    "",
    ...renderEfficiency(efficiency),
  ];
}

function renderHead({ image, platform, manifestDigest, packedBytes, unpackedBytes, isPacked, layers, from }: ImageSummary): string[] {
  const packed = isPacked ? "compressed" : `as this ${from} keeps it, not compressed`;
  return [
    `${image}  ${platform}  ${manifestDigest}`,
    `${formatBytes(packedBytes)} ${packed}, ${formatBytes(unpackedBytes)} unpacked, ${layers.length} layer${layers.length === 1 ? "" : "s"}`,
  ];
}

function renderPackages(packages: ImageSummary["packages"]): string[] {
  if (packages.length === 0) return [];
  const known = packages.filter(({ sizeBytes }) => sizeBytes !== null);
  const unlisted = packages.length - known.length;
  const more = known.length > mostNamed ? [`  and ${known.length - mostNamed} more`] : [];
  return [
    "",
    `Biggest of ${packages.length} packages and databases`,
    ...renderTable(
      known
        .slice(0, mostNamed)
        .map(({ kind, name, version, sizeBytes }) => [`  ${formatBytes(sizeBytes ?? 0)}`, kind, [name, version].join(" ").trim()]),
    ),
    ...more,
    ...(unlisted === 0 ? [] : [`  ${unlisted} whose files the image does not list`]),
  ];
}

function renderEfficiency({ score, wastedBytes, wasted }: ImageSummary["efficiency"]): string[] {
  return [
    `Wasted: ${formatBytes(wastedBytes)} that other layers replace or remove; score ${(score * 100).toFixed(1)} %`,
    ...renderTable(wasted.slice(0, 5).map(({ path, layers, sizeBytes }) => [`  ${formatBytes(sizeBytes)}`, `in ${layers} layers`, path])),
  ];
}

/** What differs between two images, for a person. */
export function renderComparison({ before, after, differences, sharedLayers, newPackedBytes }: ComparisonReport): string[] {
  const named = differences.slice(0, mostDifferences);
  const packed = before.isPacked && after.isPacked ? "compressed" : "stored";
  const counts = (["added", "removed", "changed"] as const).map(
    (change) => `${differences.filter((each) => each.change === change).length} ${change}`,
  );
  return [
    ...renderHead(before),
    ...renderHead(after),
    "",
    `${formatDelta(after.packedBytes - before.packedBytes)} ${packed}, ${formatDelta(after.unpackedBytes - before.unpackedBytes)} unpacked`,
    `${sharedLayers.length} of ${after.layers.length} layers are the same; ${formatBytes(newPackedBytes)} would travel`,
    "",
    differences.length === 0 ? "Every file is the same." : `Files: ${counts.join(", ")}`,
    ...renderTable(
      named.map((each) => [
        `  ${marks[each.change]}`,
        formatDelta((each.afterBytes ?? 0) - (each.beforeBytes ?? 0)),
        each.path,
        detailOf(each),
      ]),
    ),
    ...(differences.length > named.length ? [`  and ${differences.length - named.length} more`] : []),
  ];
}

const marks = { added: "+", removed: "-", changed: "~" } as const;

function detailOf({ change, aspects, beforeBytes, afterBytes }: Difference): string {
  if (change !== "changed") return "";
  const sizes = aspects.includes("content") ? `: ${formatBytes(beforeBytes ?? 0)}, now ${formatBytes(afterBytes ?? 0)}` : "";
  return `${aspects.join(", ")}${sizes}`;
}

function formatDelta(bytes: number): string {
  return `${bytes < 0 ? "-" : "+"}${formatBytes(Math.abs(bytes))}`;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 48 ? `${line.slice(0, 47)}…` : line;
}
