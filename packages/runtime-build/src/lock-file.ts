import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Platform } from "@datasette-publish/core";
import { packageDir } from "./package-dir.ts";

export type Architecture = Platform["architecture"];
export const architectures = ["amd64", "arm64"] as const satisfies readonly Architecture[];

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

export interface LockedPackages {
  readonly debs: readonly LockedDeb[];
  readonly wheels: readonly LockedWheel[];
}

/** `lock/runtime.lock.json`: every byte that goes into the layers, by version and digest. */
export interface RuntimeLock {
  readonly debianSuite: string;
  readonly pythonVersion: string;
  readonly datasetteVersion: string;
  readonly architectures: Readonly<Record<Architecture, LockedPackages>>;
}

export const lockPath = join(packageDir, "lock", "runtime.lock.json");

/** The lock file and the SHA-256 of its bytes, which golden digests and built layers are keyed by. */
export async function readLock(): Promise<{ lock: RuntimeLock; sha256: string }> {
  const bytes = await readFile(lockPath);
  return { lock: JSON.parse(bytes.toString("utf8")) as RuntimeLock, sha256: createHash("sha256").update(bytes).digest("hex") };
}
