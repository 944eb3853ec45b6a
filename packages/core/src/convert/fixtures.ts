import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Context, PublishEvent } from "../events/events.ts";
import type { InputFile } from "../files/input-file.ts";

/** For tests: a temporary folder that holds `files`, removed at the end of the `await using` block. */
export async function makeFolder(files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const path = await mkdtemp(join(tmpdir(), "convert-test-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return {
    path,
    at: (name: string): string => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** For tests: inputs as they are given on a command line. */
export function inputsOf(...paths: readonly string[]): InputFile[] {
  return paths.map((path) => ({ path, name: path }));
}

/** For tests: a context that keeps its events. */
export function recordEvents(signal?: AbortSignal): Context & { events: PublishEvent[]; warnings: () => string[] } {
  const events: PublishEvent[] = [];
  const warnings = (): string[] => events.filter((event) => event.type === "warned").map((event) => event.code);
  return { events, warnings, report: (event) => events.push(event), ...(signal && { signal }) };
}

/** For tests: all rows of a query, integers as BigInt only when a double would not hold them. */
export function query(path: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const statement = db.prepare(sql);
    statement.setReadBigInts(true);
    return statement
      .all()
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value,
          ]),
        ),
      );
  } finally {
    db.close();
  }
}

/** For tests: every file under `path` with the digest of its bytes. */
export async function snapshot(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const digests = files.sort().map(
    async (file) =>
      [
        file,
        createHash("sha256")
          .update(await readFile(file))
          .digest("hex"),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(digests));
}
