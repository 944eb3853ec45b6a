import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a private folder (mode 0700), to be given to {@link removeWorkDir}. A later run removes it when this one is killed. */
export async function makeWorkDir(): Promise<string> {
  await removeLeftOver().catch(() => {});
  return mkdtemp(join(tmpdir(), `datasette-publish-${process.pid}-`));
}

export async function removeWorkDir(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}

/** Runs `work` with a private folder that is always removed afterwards. */
export async function withWorkDir<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await makeWorkDir();
  try {
    return await work(dir);
  } finally {
    await removeWorkDir(dir);
  }
}

/** A process of another container may have a number that none has here. */
const leastAgeMs = 24 * 60 * 60 * 1000;

/** Removes this user's folders whose process has ended. */
async function removeLeftOver(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(/^datasette-publish-(\d+)-/.exec(name)?.[1]);
    if (!pid || isRunning(pid)) continue;
    const dir = join(tmpdir(), name);
    const { uid, mtimeMs } = await lstat(dir);
    const isOwn = uid === (process.getuid?.() ?? uid);
    if (isOwn && Date.now() - mtimeMs > leastAgeMs) await rm(dir, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
