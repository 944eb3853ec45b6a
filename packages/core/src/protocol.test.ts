import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as protocol from "./protocol.ts";

test("what it exports at run time is known", () => {
  expect(Object.keys(protocol).sort()).toEqual(["codes", "exitStatus", "warningCodes"]);
});

test("no module behind it imports Node's", async () => {
  const seen = new Set<string>();
  const queue = [new URL("./protocol.ts", import.meta.url).href];
  for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
    if (seen.has(url)) continue;
    seen.add(url);
    const source = await readFile(new URL(url), "utf8");
    // What is imported as a type alone is gone when it runs.
    const imports = [...source.matchAll(/^(?:import|export) (?!type )[^"]*?from "([^"]+)"/gm)].map(([, target]) => target!);
    expect(imports.filter((target) => !target.startsWith("."))).toEqual([]);
    queue.push(...imports.map((target) => new URL(target, url).href));
  }
  expect(seen.size).toBeGreaterThan(3);
});
