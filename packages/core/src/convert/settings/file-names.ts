import { posix } from "node:path";
import { nearest } from "../../errors/nearest.ts";

/** A file that discovery came upon. */
export interface SeenFile {
  /** Where it is in the folder or archive that was given, or its base name. */
  readonly label: string;
  /** What messages call it. */
  readonly name: string;
}

/** Whether a name means a file: as it is called in its folder, packed or not, or as messages call it. */
export function isNamed(given: string, { label, name }: SeenFile): boolean {
  const key = keyOf(given);
  return [label, name, ...(name.endsWith(".gz") ? [`${label}.gz`] : [])].some((one) => keyOf(one) === key);
}

/** The file that was likely meant by a name that means none: one elsewhere of the same name, or of a similar one. */
export function nearestFile(given: string, seen: readonly SeenFile[]): string | undefined {
  const labels = seen.map(({ label }) => label);
  const base = posix.basename(keyOf(given)).toLowerCase();
  return labels.find((label) => posix.basename(keyOf(label)).toLowerCase() === base) ?? nearest(given, labels);
}

/** Composed, as macOS decomposes what it writes, and without `./`. */
function keyOf(name: string): string {
  return posix.normalize(name.normalize());
}
