import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GrowingFile } from "./growing-file.ts";

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), "growing-file-"))));
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Chunks that come when they are asked for by hand. */
function slowChunks(chunks: readonly string[], failure?: Error) {
  const turns = chunks.map(() => Promise.withResolvers<void>());
  const end = Promise.withResolvers<void>();
  return {
    release: (index: number) => turns[index]?.resolve(),
    end: end.resolve,
    async *source() {
      for (const [index, chunk] of chunks.entries()) {
        await turns[index]?.promise;
        yield Buffer.from(chunk);
      }
      await end.promise;
      if (failure) throw failure;
    },
  };
}

it("is read while it is written, by as many as like", async () => {
  const growing = new GrowingFile();
  const slow = slowChunks(["one ", "two ", "three"]);
  const path = join(dir, "three");
  const writing = writeFile(path, growing.pass(slow.source(), path));
  const early = growing.open();
  const first = early.next();
  slow.release(0);
  expect(Buffer.from((await first).value ?? []).toString()).toBe("one ");
  const whole = buffer(growing.open());
  slow.release(1);
  slow.release(2);
  expect(growing.isOver).toBe(false);
  slow.end();
  expect((await buffer(early)).toString()).toBe("two three");
  expect((await whole).toString()).toBe("one two three");
  await writing;
  expect(growing.isOver).toBe(true);
});

it("is empty when nothing was written", async () => {
  const growing = new GrowingFile();
  const path = join(dir, "nothing");
  const slow = slowChunks([]);
  slow.end();
  const [read] = await Promise.all([buffer(growing.open()), writeFile(path, growing.pass(slow.source(), path))]);
  expect(read).toHaveLength(0);
});

it.each([
  ["its bytes cannot be made", () => slowChunks(["some"], new Error("no more")), "some file"],
  ["it cannot be written", () => slowChunks(["some"]), "no folder/file"],
])("fails when %s", async (_, slowly, name) => {
  const growing = new GrowingFile();
  const slow = slowly();
  const path = join(dir, name);
  slow.release(0);
  slow.end();
  const writing = writeFile(path, growing.pass(slow.source(), path)).finally(() => growing.end());
  const reading = buffer(growing.open());
  reading.catch(() => {});
  await expect(writing).rejects.toThrow(/no more|ENOENT/);
  await expect(reading).rejects.toThrow("not written to its end");
});
