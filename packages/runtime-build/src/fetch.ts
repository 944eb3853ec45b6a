import { createHash, randomUUID } from "node:crypto";
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeCacheDir, PublishError, replaceFile, runProgram, step, withWorkDir, type Context } from "@datasette-publish/core";
import { pipDownload } from "@datasette-publish/plugins";
import { download } from "./download.ts";
import type { LockedDeb, LockedWheel, WheelTarget } from "./lock-file.ts";
import { findMirrors } from "./mirror.ts";
import { lockCommand } from "./package-dir.ts";

const concurrency = 6;

/** Paths of the locked debs, in the lock's order; downloads what the cache does not hold. Touches no network when it holds all. */
export async function fetchDebs(debs: readonly LockedDeb[], ctx: Context): Promise<string[]> {
  return step(ctx, "runtime.debs", "Download Debian packages", async (handle) => {
    const dir = await makeCacheDir(process.env, "debs");
    const paths = debs.map((deb) => join(dir, `${deb.sha256}.deb`));
    const missing: [LockedDeb, string][] = [];
    for (const [index, deb] of debs.entries()) {
      const path = paths[index] ?? "";
      if (!(await holds(path, deb.sha256))) missing.push([deb, path]);
    }
    if (missing.length === 0) handle.cached();
    const total = missing.reduce((sum, [deb]) => sum + deb.size, 0);
    let done = 0;
    const queue = missing.values();
    const work = async (): Promise<void> => {
      for (const [deb, path] of queue) {
        await replaceFile(path, await downloadDeb(deb, ctx.signal), 0o600);
        handle.progress((done += deb.size), total, "bytes");
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return paths;
  });
}

/** Paths of the locked wheels, in the lock's order, each under its own file name; downloads with pip what the cache does not hold. */
export async function fetchWheels(wheels: readonly LockedWheel[], target: WheelTarget, ctx: Context): Promise<string[]> {
  return step(ctx, "runtime.wheels", "Download Python wheels", async (handle) => {
    const dir = await makeCacheDir(process.env, "wheels");
    const paths = wheels.map((wheel) => join(dir, wheel.sha256, wheel.file));
    const missing: LockedWheel[] = [];
    for (const [index, wheel] of wheels.entries()) if (!(await holds(paths[index] ?? "", wheel.sha256))) missing.push(wheel);
    if (missing.length === 0) handle.cached();
    else await downloadWheels(missing, target, dir, ctx.signal);
    return paths;
  });
}

async function downloadDeb(deb: LockedDeb, signal?: AbortSignal): Promise<Uint8Array> {
  for (const mirror of await findMirrors()) {
    const bytes = await download(`${mirror}/${deb.path}`, signal);
    if (bytes === null) continue;
    if (bytes.length === deb.size && sha256(bytes) === deb.sha256) return bytes;
    throw new PublishError(
      "RUNTIME_DOWNLOAD_FAILED",
      `${deb.path} from the Debian mirror is not the file that was locked.`,
      "Run it again, or set DEBIAN_MIRROR to another Debian mirror.",
      { package: deb.name, path: deb.path, sha256: deb.sha256 },
    );
  }
  throw new PublishError(
    "RUNTIME_PACKAGE_GONE",
    `The Debian mirror no longer has ${deb.name} ${deb.version} (${deb.path}).`,
    [runProgram(lockCommand, "to lock the present versions"), "Set DEBIAN_MIRROR to an archive that keeps old ones."],
    { package: deb.name, version: deb.version, path: deb.path },
  );
}

async function downloadWheels(wheels: readonly LockedWheel[], target: WheelTarget, dir: string, signal?: AbortSignal): Promise<void> {
  await withWorkDir(async (temporary) => {
    const requirements = join(temporary, "requirements.txt");
    const lines = wheels.map(({ name, version, sha256: hash }) => `${name}==${version} --hash=sha256:${hash}\n`);
    await writeFile(requirements, lines.join(""));
    const fixed = ["--no-deps", "--require-hashes", "-r", requirements, "-d", temporary];
    await pipDownload(target === "preview" ? target : `linux/${target}`, fixed, signal);
    for (const wheel of wheels) {
      const path = join(dir, wheel.sha256, wheel.file);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const partial = `${path}.${randomUUID()}.partial`;
      await copyFile(join(temporary, wheel.file), partial);
      await rename(partial, path);
    }
  });
}

/** Whether the file is there and has that SHA-256, in hex. */
export async function holds(path: string, hash: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => null);
  return bytes !== null && sha256(bytes) === hash;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
