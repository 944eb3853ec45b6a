import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";

/** A wheel of a test's own. */
export interface TestWheel {
  readonly name: string;
  readonly version?: string;
  /** PEP 425 tag of what it runs on; unset: anywhere. */
  readonly tag?: string;
  /** Path → text or bytes. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly requires?: readonly string[];
  /** Module of a plugin of Datasette. */
  readonly plugin?: string;
}

/** Writes a wheel (PEP 427) into a folder, and returns its path. */
export async function writeWheel(
  dir: string,
  { name, version = "1.0", tag = "py3-none-any", files = {}, requires = [], plugin }: TestWheel,
): Promise<string> {
  const stem = `${name.replaceAll("-", "_")}-${version}`;
  const info = `${stem}.dist-info`;
  const metadata = [
    `Metadata-Version: 2.1`,
    `Name: ${name}`,
    `Version: ${version}`,
    ...requires.map((each) => `Requires-Dist: ${each}`),
    "",
  ];
  const all: Record<string, string | Uint8Array> = {
    ...files,
    [`${info}/METADATA`]: metadata.join("\n"),
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
    ...(plugin && { [`${info}/entry_points.txt`]: `[datasette]\n${plugin} = ${plugin}\n` }),
  };
  const record = Object.entries(all).map(
    ([path, text]) => `${path},sha256=${createHash("sha256").update(text).digest("base64url")},${text.length}\n`,
  );
  const entries = Object.entries({ ...all, [`${info}/RECORD`]: `${record.join("")}${info}/RECORD,,\n` });
  const path = join(dir, `${stem}-${tag}.whl`);
  await mkdir(dir, { recursive: true });
  await writeFile(
    path,
    zipSync(Object.fromEntries(entries.map(([file, text]) => [file, typeof text === "string" ? strToU8(text) : text]))),
  );
  return path;
}
