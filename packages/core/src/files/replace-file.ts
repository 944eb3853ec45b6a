import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { writingTo } from "./disk-full.ts";

/** Replaces a file, whole or not at all, whoever else writes it; `mode` is that of the new file. @throws PublishError `DISK_FULL` */
export async function replaceFile(file: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    await writingTo(dirname(file), () => writeFile(partial, content, { mode, flag: "wx" }));
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

/** As {@link replaceFile}, with a value as JSON. */
export async function replaceJsonFile(file: string, value: unknown, mode?: number): Promise<void> {
  await replaceFile(file, `${JSON.stringify(value, null, 2)}\n`, mode);
}
