import { rename, rm } from "node:fs/promises";

/** Puts a folder in the place of another. A process may put its own there between the two steps: then again. */
export async function replaceDir(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await rm(to, { recursive: true, force: true });
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
