/** What is in an image, and where its bytes are: whoever built it. See docs/inspect.md. */
export type { LayerChange } from "./inspect/changes.ts";
export { compareImages, type Aspect, type Comparison, type Difference } from "./inspect/compare.ts";
export type { Efficiency, WastedPath } from "./inspect/efficiency.ts";
export { biggestPlaces, type Place } from "./inspect/folders.ts";
export { inspectImage, type Inspection, type LayerInspection, type Tally } from "./inspect/inspect.ts";
export type { EntryKind, LayerEntry } from "./inspect/layer-contents.ts";
export { requireWithin, sizeOfLayers, type ImageLimits, type LimitsRequest } from "./inspect/limits.ts";
export type { OwnerOf, PackageKind, PackageRecord } from "./inspect/packages/claims.ts";
export type { Package } from "./inspect/packages/packages.ts";
export { thingsOf, type Thing } from "./inspect/things.ts";
export { entriesBelow, findNode, totalBytes, type ImageEntry, type TreeNode, type Weigh } from "./inspect/tree.ts";
