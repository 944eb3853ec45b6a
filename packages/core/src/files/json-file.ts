import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";

/** Replaces a JSON file, whole or not at all; `mode` is that of the new file. */
export async function writeJsonFile(file: string, value: unknown, mode = 0o666): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    await writeFile(partial, `${JSON.stringify(value, null, 2)}\n`, { mode, flag: "wx" });
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
