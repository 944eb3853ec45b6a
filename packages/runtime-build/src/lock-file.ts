import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SitePlatform } from "@datasette-publish/core";
import type { Line } from "@datasette-publish/runtime";
import { packageDir } from "./package-dir.ts";

export type Architecture = SitePlatform["architecture"];
export const architectures = ["amd64", "arm64"] as const satisfies readonly Architecture[];

/** What a locked wheel is for: an image, or the preview where its wheel is another one. */
export type WheelTarget = Architecture | "preview";

/** One locked Debian package: where any mirror keeps it, and what it must be. */
export interface LockedDeb {
  readonly name: string;
  readonly version: string;
  /** Path below the mirror's root: `pool/main/…`. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

/** One locked wheel; the package index it comes from is whatever the machine's pip uses. */
export interface LockedWheel {
  readonly name: string;
  readonly version: string;
  /** File name, with its platform tags (PEP 427). */
  readonly file: string;
  readonly sha256: string;
  readonly size: number;
}

/** `lock/debian.lock.json`: what the system layer is made from, whatever the line. */
export interface DebianLock {
  /** The day on which it was made, such as `2026-11-30`: what an image of it says of its age. */
  readonly lockedOn: string;
  readonly suite: string;
  readonly pythonVersion: string;
  readonly debs: Readonly<Record<Architecture, readonly LockedDeb[]>>;
}

/** `lock/<version>.lock.json`: Datasette and what it depends on. */
export interface LineLock {
  readonly datasetteVersion: string;
  /** `preview`: those that take the place of amd64's there, or come besides. */
  readonly wheels: Readonly<Record<WheelTarget, readonly LockedWheel[]>>;
}

/** Where a lock is. */
export function lockPath(name: "debian" | Line): string {
  return join(packageDir, "lock", name === "debian" ? "debian.lock.json" : `${name === "1.0" ? "1.0a" : name}.lock.json`);
}

/** Every byte that goes into the layers of one line, by version and digest. */
export interface RuntimeLock {
  readonly debian: DebianLock;
  readonly datasette: LineLock;
  /** SHA-256 of the bytes of both files, which golden digests and built layers are keyed by. */
  readonly sha256: string;
}

/** The locks of a line. */
export async function readLock(line: Line): Promise<RuntimeLock> {
  const [debian, datasette] = await Promise.all([readFile(lockPath("debian")), readFile(lockPath(line))]);
  const sha256 = createHash("sha256").update(debian).update(datasette).digest("hex");
  return { debian: JSON.parse(debian.toString()) as DebianLock, datasette: JSON.parse(datasette.toString()) as LineLock, sha256 };
}

/** The wheels that the preview takes: amd64's, and its own in the place of those of the same name. WebAssembly takes the Python part of any. */
export function previewWheels({ wheels }: LineLock): { wheel: LockedWheel; target: WheelTarget }[] {
  const own = new Set(wheels.preview.map(({ name }) => name));
  return [
    ...wheels.amd64.filter(({ name }) => !own.has(name)).map((wheel) => ({ wheel, target: "amd64" as const })),
    ...wheels.preview.map((wheel) => ({ wheel, target: "preview" as const })),
  ];
}
