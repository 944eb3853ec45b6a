import { createHash } from "node:crypto";
import { lstat, mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { isDiskFull, diskFull, workDirPrefix, writingTo } from "./disk-full.ts";
import { systemCode } from "./failures.ts";

/**
 * Makes a private folder (mode 0700), to be given to {@link removeWorkDir}. The next run removes it when this one is killed.
 *
 * @throws PublishError `OUTPUT_UNWRITABLE` when the system's temporary folder takes none, `DISK_FULL`
 */
export async function makeWorkDir(): Promise<string> {
  const machine = await nameMachine();
  await removeLeftOver(machine).catch(() => {});
  const prefix = `${workDirPrefix()}${process.pid}-${machine}-`;
  return mkdtemp(prefix).catch((error: unknown) => {
    throw isDiskFull(error) ? diskFull(prefix, error) : noTemporaryFolder(error);
  });
}

export async function removeWorkDir(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}

/** Runs `work` with a private folder that is always removed afterwards. @throws PublishError as {@link makeWorkDir} does */
export async function withWorkDir<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await makeWorkDir();
  try {
    return await writingTo(dir, () => work(dir));
  } finally {
    await removeWorkDir(dir);
  }
}

function noTemporaryFolder(cause: unknown): PublishError {
  const folder = tmpdir();
  const message = `No temporary folder can be made in ${folder} (${systemCode(cause)}).`;
  return new PublishError("OUTPUT_UNWRITABLE", message, "Set TMPDIR to a folder that you may write to.", { path: folder }, cause);
}

/** Where the number of a process means something: this machine, or one container of it. Eight hex digits. */
async function nameMachine(): Promise<string> {
  const processes = await readlink("/proc/self/ns/pid").catch(() => "");
  return createHash("sha256").update(`${hostname()} ${processes}`).digest("hex").slice(0, 8);
}

/** How old a folder of another machine is at least when it is removed: whether its process runs cannot be seen from here. */
const leastAgeMs = 24 * 60 * 60 * 1000;

/** Removes this user's folders whose process has ended. */
async function removeLeftOver(machine: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid, where] = /^datasette-publish-(\d+)-([0-9a-f]{8})-/.exec(name) ?? [];
    if (pid === undefined || (where === machine && isRunning(Number(pid)))) continue;
    const dir = join(tmpdir(), name);
    const { uid, mtimeMs } = await lstat(dir);
    const isOwn = uid === (process.getuid?.() ?? uid);
    if (isOwn && (where === machine || Date.now() - mtimeMs > leastAgeMs)) await removeWorkDir(dir);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}
