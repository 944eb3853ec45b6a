import { pathToFileURL } from "node:url";
import type { Rollout } from "@datasette-publish/core";
import { checkProvider } from "./check-provider.ts";
import { hangs, importLimitMs } from "./describe.ts";
import { entryOf, type Package } from "./package.ts";
import { isRecord } from "./results.ts";
import { guardRollout } from "./rollout.ts";
import { checked, inPackage, invalidProvider, type PackageProcess } from "./running.ts";

/** An installed package, where it is, and what is done in the process where it runs. */
export interface Installed extends Package, PackageProcess {
  readonly folder: string;
}

type AnyFunction = (...args: readonly unknown[]) => unknown;

/**
 * A provider as its description says it: its data as it is. Its functions import the package's code when the first of them is called.
 * What they throw and return is looked at: see {@link inPackage} and {@link isResultOf}.
 */
export function draw(described: unknown, of: Installed, limitMs = importLimitMs): unknown {
  let importing: Promise<unknown> | undefined;
  const load = () => (importing ??= importCode(of, limitMs));

  return revive(described, [], (path) => {
    const member = path.join(".");
    const where = `in ${member}`;
    if (member === "logs") return (...args) => linesOf(of, async () => call(path, await load(), args));
    const work = async (args: readonly unknown[]) =>
      inPackage(of, where, async () => checked(member, await call(path, await load(), args), of));
    return member === "rollout" ? async (...args) => guardRollout(of, (await work(args)) as Rollout) : (...args) => work(args);
  });
}

/** Calls a member of a provider as that which it belongs to. */
function call(path: readonly string[], provider: unknown, args: readonly unknown[]): unknown {
  return (memberAt(provider, path) as AnyFunction).apply(memberAt(provider, path.slice(0, -1)), args as unknown[]);
}

function memberAt(provider: unknown, path: readonly string[]): unknown {
  return path.reduce((value, name) => (value as Record<string, unknown>)[name], provider);
}

/** Functions and patterns again, of what `describe-child.ts` made of them. */
function revive(value: unknown, path: readonly string[], toFunction: (path: readonly string[]) => AnyFunction): unknown {
  if (Array.isArray(value)) return value.map((item, at) => revive(item, [...path, String(at)], toFunction));
  if (!isRecord(value)) return value;
  if (value["$function"] === true) return toFunction(path);
  const pattern = value["$pattern"];
  if (Array.isArray(pattern)) return new RegExp(String(pattern[0]), String(pattern[1]));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(item, [...path, name], toFunction)]));
}

/** Imports a package's code into this process, where it may do all that the user may. */
async function importCode(of: Installed, limitMs: number): Promise<unknown> {
  of.importing?.();
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(invalidProvider(of, hangs(limitMs))), limitMs);
  try {
    const loading = import(pathToFileURL(entryOf(of.folder, of.name)).href) as Promise<{ default?: unknown }>;
    return checkProvider((await Promise.race([loading, limit.promise])).default, of);
  } finally {
    clearTimeout(timer);
  }
}

async function* linesOf(of: Installed, begin: () => Promise<unknown>): AsyncGenerator<string> {
  const where = "in logs";
  const lines = await inPackage(of, where, async () => checked("logs", await begin(), of) as AsyncIterable<unknown>);
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await inPackage(of, where, () => iterator.next());
      if (done === true) return;
      if (typeof value !== "string") throw invalidProvider(of, "returned what is no line from logs");
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
