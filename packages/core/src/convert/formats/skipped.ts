import { toRemedies, type Remedy } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import type { LeftOut } from "../../files/input-file.ts";
import { extensionOf, type Format } from "./formats.ts";

/** A file of a folder or archive from which no table comes. */
export interface Skipped {
  readonly file: string;
  readonly format: Format;
}

/** Files of one kind that are named; more are counted. */
const mostNamed = 5;
/** Endings of names by which more are told. */
const mostEndings = 4;

/** What is said of the files that are left out, kind by kind. */
export function describeSkipped(skipped: readonly Skipped[]): LeftOut[] {
  return [...kindsOf(skipped)].flatMap(([, of]) => {
    const { name, plural } = of[0]!.format;
    if (of.length <= mostNamed) return of.map(({ file }) => ({ file, why: `is ${name}` }));
    return [{ file: `${of.length} ${plural}${endings(of)}`, why: "hold no table that is read" }];
  });
}

/** One notice for all files that are left out; nothing if there are none. */
export function noticeSkipped(skipped: readonly Skipped[]): Warning[] {
  if (skipped.length === 0) return [];
  const kinds = [...kindsOf(skipped)];
  const named = kinds.map(([kind, of]) =>
    of.length <= mostNamed
      ? `${of.map(({ file }) => file).join(", ")} (${of.length === 1 ? kind : of[0]!.format.plural})`
      : `${of.length} ${of[0]!.format.plural}${endings(of)}`,
  );
  const remedies = new Map<string, Remedy>();
  for (const [, [first]] of kinds)
    for (const remedy of toRemedies(first!.format.advice ?? [])) remedies.set(JSON.stringify(remedy), remedy);
  const facts = {
    files: skipped.length,
    kinds: kinds.map(([kind, of]) => `${kind}: ${of.length}`),
    ...(skipped.length === 1 && { file: skipped[0]!.file }),
  };
  return [warning("INPUT_SKIPPED", `Left out: ${named.join("; ")}.`, facts, [...remedies.values()])];
}

function kindsOf(skipped: readonly Skipped[]): Map<string, Skipped[]> {
  return Map.groupBy(skipped, ({ format }) => format.name);
}

/** The ends of the names of many files: ` (.jpg, .png)`. */
function endings(of: readonly Skipped[]): string {
  const found = [...new Set(of.map(({ file }) => extensionOf(file)))].filter((extension) => extension !== "");
  return found.length === 0 ? "" : ` (${found.slice(0, mostEndings).join(", ")}${found.length > mostEndings ? ", …" : ""})`;
}
