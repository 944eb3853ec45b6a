import type { SlimPart } from "@datasette-publish/runtime";
import { cuts, dynamic, roots } from "./checked.ts";
import type { Part } from "./parts.ts";

type Parts = ReadonlyMap<string, Part>;

/**
 * The parts that serving does not reach: neither by an import anywhere in the sources that it does reach, nor by one of the checked lists.
 *
 * @param kept names of parts that stay whatever imports them: the interpreter's libraries
 * @throws Error when a module that stays cannot be imported without one that goes
 */
export function unreachedParts(parts: Parts, kept: Iterable<string>): SlimPart[] {
  const start = [...roots, ...kept].flatMap((name) => named(name, parts));
  const reached = close(start, parts, (part, name) => !isCut(part.name, name));
  const withCuts = close(start, parts, () => true);
  requireLoadable(parts, reached);
  return [...parts.values()]
    .filter((part) => !reached.has(part.name))
    .map((part) => ({
      name: part.name,
      files: part.files.toSorted(),
      needs: [...new Set(edges(part, parts))].filter((name) => !reached.has(name) && name !== part.name).sort(),
      isCut: withCuts.has(part.name),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function close(start: Iterable<string>, parts: Parts, follows: (from: Part, to: string) => boolean): Set<string> {
  const reached = new Set(start);
  for (const name of reached) {
    const part = parts.get(name)!;
    for (const next of edges(part, parts)) if (follows(part, next)) reached.add(next);
  }
  return reached;
}

/** All that a part may need, by name. */
function edges({ name, imports, needs }: Part, parts: Parts): string[] {
  const wanted = [...imports.map((each) => each.name), ...(dynamic[name] ?? [])];
  return [...wanted.flatMap((each) => named(each, parts)), ...[...needs].filter((each) => parts.has(each))];
}

/** Importing `a.b.c` imports `a` and `a.b` first; where `c` is a name in `a.b`, it is no part. `a.*` is a package with all in it. */
function named(name: string, parts: Parts): string[] {
  if (name.endsWith(".*")) {
    const whole = name.slice(0, -2);
    return [...named(whole, parts), ...[...parts.keys()].filter((each) => each.startsWith(`${whole}.`))];
  }
  const words = name.split(".");
  const above = words.map((_, at) => words.slice(0, at + 1).join("."));
  return [...above, name].filter((each) => parts.has(each));
}

function isCut(from: string, to: string): boolean {
  return cuts.some((cut) => (cut.from === "*" || cut.from === from) && (to === cut.to || to.startsWith(`${cut.to}.`)));
}

function requireLoadable(parts: Parts, reached: ReadonlySet<string>): void {
  const broken = [...reached].flatMap((name) => {
    const eager = parts.get(name)!.imports.filter(({ isEager }) => isEager);
    const missing = eager.flatMap((each) => named(each.name, parts)).filter((needed) => !reached.has(needed));
    return missing.map((needed) => `${name} cannot be imported without ${needed}`);
  });
  if (broken.length > 0) throw new Error(`A slim image would break, see checked.ts: ${[...new Set(broken)].join("; ")}.`);
}
